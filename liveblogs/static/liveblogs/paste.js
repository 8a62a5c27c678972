// Pasting from Word and Google Docs: their lists are paragraphs with signs in front. The server knows how to read them,
// so what was copied goes there first, and what comes back is pasted.

const FOREIGN = /class="?Mso|mso-|docs-internal-guid|urn:schemas-microsoft-com/i;
const cleaned = new WeakSet();

document.addEventListener("paste", take, true);

async function take(event) {
  const editor = event.target.closest?.(".ProseMirror[contenteditable=true]");
  if (!editor || cleaned.has(event)) return;
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (!FOREIGN.test(html)) return;
  const plain = event.clipboardData.getData("text/plain");
  event.preventDefault();
  event.stopImmediatePropagation();
  paste(editor, (await clean(html)) ?? html, plain);
}

async function clean(html) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const address = location.pathname.replace(/\/liveblogs\/.*$/, "/liveblogs/post/clean-paste/");
  try {
    const body = new URLSearchParams({ html, csrfmiddlewaretoken: token });
    const answer = await fetch(address, { method: "POST", body });
    return answer.ok ? (await answer.json()).html : null;
  } catch {
    return null; // offline: the editor makes of it what it can
  }
}

function paste(editor, html, plain) {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", plain);
  const again = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  cleaned.add(again);
  editor.dispatchEvent(again);
}
