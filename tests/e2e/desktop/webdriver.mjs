// A small W3C WebDriver client: the dozen commands our journeys use, over fetch. Nothing about the app belongs here.

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** One automated window. */
export class Session {
  #base;

  constructor(base) {
    this.#base = base;
  }

  /**
   * Opens a session.
   * @param {string} driver address of the driver, `http://127.0.0.1:PORT`
   * @param {object} wanted capabilities that must match
   */
  static async open(driver, wanted) {
    const { sessionId } = await send("POST", `${driver}/session`, { capabilities: { alwaysMatch: wanted } });
    return new Session(`${driver}/session/${sessionId}`);
  }

  /** Ends the session, and with it the application the driver started. */
  close = () => send("DELETE", this.#base);
  /** Closes the window, as a person does. */
  closeWindow = () => send("DELETE", `${this.#base}/window`);
  title = () => send("GET", `${this.#base}/title`);
  url = () => send("GET", `${this.#base}/url`);
  go = (url) => send("POST", `${this.#base}/url`, { url });

  /** Runs the body of a function in the page and gives what it returns. */
  run = (body, ...args) => send("POST", `${this.#base}/execute/sync`, { script: body, args });

  /** A picture of the window, as PNG bytes. */
  screenshot = async () => Buffer.from(await send("GET", `${this.#base}/screenshot`), "base64");

  /** All elements that match a CSS selector now. */
  async all(selector) {
    const found = await send("POST", `${this.#base}/elements`, { using: "css selector", value: selector });
    return found.map((reference) => new Element(this.#base, reference[ELEMENT]));
  }

  /** The first element that matches, waited for; with a text, the first that shows it. */
  find(selector, text = "") {
    return until(`${selector} ${text}`, async () => {
      for (const element of await this.all(selector)) {
        if ((await element.shown()) && (await element.text()).includes(text)) return element;
      }
      return undefined;
    });
  }

  /** Presses keys one after another wherever the focus is. Special keys are code points of the WebDriver standard. */
  async press(...keys) {
    const actions = keys.flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await send("POST", `${this.#base}/actions`, { actions: [{ type: "key", id: "keyboard", actions }] });
  }
}

class Element {
  #base;

  constructor(session, id) {
    this.#base = `${session}/element/${id}`;
  }

  click = () => send("POST", `${this.#base}/click`, {});
  type = (text) => send("POST", `${this.#base}/value`, { text });
  text = () => send("GET", `${this.#base}/text`);
  shown = () => send("GET", `${this.#base}/displayed`);
  attribute = (name) => send("GET", `${this.#base}/attribute/${name}`);
  css = (property) => send("GET", `${this.#base}/css/${property}`);
}

/** Asks again until it gives something. An element that went stale meanwhile is asked for again. */
export async function until(what, ask, limit = 60_000) {
  const end = Date.now() + limit;
  let last;
  while (Date.now() < end) {
    try {
      const value = await ask();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((next) => setTimeout(next, 200));
  }
  throw new Error(`not there after ${limit / 1000} s: ${what}${last ? ` (${last.message})` : ""}`);
}

async function send(method, url, body) {
  const options = { method, headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(120_000) };
  const answer = await fetch(url, body === undefined ? options : { ...options, body: JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value?.error ?? answer.status}: ${value?.message ?? "no message"}`);
  return value;
}
