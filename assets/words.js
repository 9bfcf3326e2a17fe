// What our scripts say by themselves, on any page.
import WORDS from "./texts/of_scripts.js";
import { tr as fill } from "./tr.js";

export const tr = (locale, key, params) => fill(locale, WORDS[key], params);
