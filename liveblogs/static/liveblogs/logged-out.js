// What was typed leaves this browser with its writer; the server has it, and offers it after the next login.

try {
  const names = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index));
  for (const name of names.filter((one) => one.startsWith("newsroom.typed."))) localStorage.removeItem(name);
} catch {
  // forbidden: nothing was stored either
}
