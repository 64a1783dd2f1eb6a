// When to tell the server: at once for what only it can do, and of the rest when the hand has rested.

const REST = 250; // ms without a movement
const PATIENCE = 8000; // ms until a message counts as lost

export class Talk {
  constructor(leaving, send) {
    this.leaving = leaving; // (later) => whether nothing may be sent: Screen.leaving
    this.send = send; // (seq) => one message
    this.sent = 0;
    this.waiting = this.dirty = false;
  }

  // The hand has moved: one message when it rests.
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = null;
      this.now();
    }, REST);
  }

  now() {
    if (this.waiting) this.dirty = true;
    else this.flush();
  }

  // Unless the hand moves: then when it rests.
  soon() {
    if (!this.resting) this.now();
  }

  flush() {
    if (this.leaving(() => this.soon())) return void (this.dirty = true);
    clearTimeout(this.watchdog);
    clearTimeout(this.asking);
    clearTimeout(this.resting);
    this.resting = null;
    this.waiting = true;
    this.dirty = false;
    this.watchdog = setTimeout(() => this.missed(), PATIENCE);
    this.send((this.sent += 1));
  }

  // An answer; `wait` (ms) asks for another question, once the hand rests.
  received({ seq, wait }) {
    if (seq < this.sent) return;
    this.sent = seq;
    this.waiting = false;
    if (this.dirty) return void (this.resting || this.flush());
    if (typeof wait === "number") this.asking = setTimeout(() => this.soon(), wait);
  }

  // No answer: a lost message must not silence the board, nor may what the hand did be lost with it.
  missed() {
    if (!this.waiting) return;
    this.waiting = false;
    this.soon();
  }

  // Whether the server knows all that the hand did.
  get settled() {
    return !this.dirty && !this.resting;
  }
}
