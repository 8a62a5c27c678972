// The desk: composer, forms in place, acts, and following along. Each part is a module of its own, below desk/.

import { startActs } from "./desk/acts.js";
import { startFinding } from "./desk/finding.js";
import { startFollowing } from "./desk/following.js";
import { startForms } from "./desk/forms.js";
import { startKeys } from "./desk/keys.js";
import { startMoving } from "./desk/moving.js";
import { startTimes } from "./desk/times.js";

startActs();
startFinding();
startForms();
startMoving();
startKeys();
startTimes();
startFollowing();
