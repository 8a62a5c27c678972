// The desk: composer, forms in place, actions, and following along. Each part is a module of its own, below desk/.

import { startActions } from "./desk/actions.js";
import { startFinding } from "./desk/finding.js";
import { startFollowing } from "./desk/following.js";
import { startForms } from "./desk/forms.js";
import { startKeys } from "./desk/keys.js";
import { startMoving } from "./desk/moving.js";
import { startTimes } from "./desk/times.js";

startActions();
startFinding();
startForms();
startMoving();
startKeys();
startTimes();
startFollowing();
