// Asks the shop for what a page shows only after a press, one press at a time.
import { useState } from "react";

// `took` hears the answer; `problem` says why there is none: `failed`, or what `why` makes of a refusal.
export function useAsked(url, failed, took, why = (told) => told.text) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const ask = async (body) => {
    if (busy) return;
    setBusy(true);
    setProblem("");
    try {
      const answer = await fetch(url, { method: "POST", body, credentials: "same-origin", cache: "no-store" });
      const told = await answer.json();
      if (answer.ok) took(told);
      else setProblem(why(told) || failed);
    } catch {
      setProblem(failed);
    }
    setBusy(false);
  };
  return { ask, busy, problem, setProblem };
}
