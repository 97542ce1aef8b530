// Commands: sent, then confirmed or refused by the loop itself. Without an answer they are not known, and never sent again.
import { newKey } from "./keys.js";
import { say } from "./words.js";

const UNKNOWN_AFTER_MS = 2000;
const KEPT = 40;

export class Commands {
  constructor(url, { console, whyNot, lastSeen, onChange }) {
    this.url = url;
    this.console = console;
    this.whyNot = whyNot;
    this.lastSeen = lastSeen;
    this.onChange = onChange;
    this.items = [];
  }

  send(verb, extra) {
    const item = { key: newKey(), verb, signal: extra?.signal, value: extra?.value, at: performance.now(), state: "SENT", words: "" };
    this.items = [item, ...this.items].slice(0, KEPT);
    this.onChange(item);
    const refusal = this.whyNot(verb);
    if (refusal) {
      this.settle(item, "REFUSED", refusal);
      return item;
    }
    this.post({ key: item.key, verb, seen_n: this.lastSeen(), console: this.console(), ...extra }).then((refusal) => {
      if (!refusal) return;
      item.isUnsent = true;
      this.settle(item, refusal.state, refusal.words);
    });
    return item;
  }

  // What spoke against it, or null. A server in trouble may have passed it on: that is not known.
  async post(body) {
    try {
      const answer = await postJson(this.url, body);
      if (answer.status === 202) return null;
      const told = await answer.json().catch(() => ({}));
      return { state: answer.status < 500 ? "REFUSED" : "NOT_KNOWN", words: told.error ?? say("NOT_TAKEN") };
    } catch {
      return { state: "NOT_KNOWN", words: say("NO_SERVER") };
    }
  }

  // Answers arrive in the samples, more than once.
  take(acks) {
    for (const ack of acks) {
      const item = this.items.find((one) => one.key === ack.key);
      if (item) this.settle(item, ack.outcome, ack.words);
    }
  }

  expire() {
    const now = performance.now();
    for (const item of this.items) {
      if (item.state === "SENT" && now - item.at > UNKNOWN_AFTER_MS) this.settle(item, "NOT_KNOWN", "");
    }
  }

  // A late answer still replaces "not known"; what the loop confirmed or refused stays.
  settle(item, state, words) {
    if (item.state === state || item.state === "CONFIRMED" || item.state === "REFUSED") return;
    if (item.state === "NOT_KNOWN" && state === "SENT") return;
    item.state = state;
    item.words = words ?? "";
    this.onChange(item);
  }

  isPending(verb) {
    return this.items.some((item) => item.verb === verb && item.state === "SENT");
  }
}

// Anything to our own server, in the name of whoever is signed in. Raises where nobody answers in time.
export function postJson(url, body) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(UNKNOWN_AFTER_MS),
  });
}

function token() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : document.querySelector("#console-token input").value;
}

