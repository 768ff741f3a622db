// Watches the clocks in the seals: the wall clock must go with the monotonic one, and where it does not, the log itself
// has recorded the step.

// The log records a step from two seconds on; twice that leaves room for the time between the readings of two clocks.
const stepMs = 4_000;

export class ClockWatch {
  #lastTime: string | undefined;
  #lastBoot = '';
  #lastOffsetMs = 0;
  #hasStepped = false;

  /** A `clock_stepped` record accounts for what the next seal shows. */
  stepped(): void {
    this.#hasStepped = true;
  }

  /** What is odd about the time of a seal, or undefined. */
  seal(text: string, timestamp: string): string | undefined {
    const monotonicMs = Number.parseFloat(text.slice(after(text, '"monotonic_ms":')));
    const bootAt = after(text, '"boot_id":"');
    const boot = text.slice(bootAt, text.indexOf('"', bootAt));
    const offsetMs = Date.parse(timestamp) - monotonicMs;
    const fault = this.#hasStepped ? undefined : this.#fault(timestamp, boot, offsetMs);
    this.#hasStepped = false;
    this.#lastTime = timestamp;
    this.#lastBoot = boot;
    this.#lastOffsetMs = offsetMs;
    return fault;
  }

  #fault(timestamp: string, boot: string, offsetMs: number): string | undefined {
    if (this.#lastTime === undefined) return undefined;
    if (boot === this.#lastBoot && Math.abs(offsetMs - this.#lastOffsetMs) >= stepMs) {
      const seconds = ((offsetMs - this.#lastOffsetMs) / 1000).toFixed(1);
      return `The clock moved by ${seconds} s against the monotonic clock since the seal before, and no record says so.`;
    }
    if (boot !== this.#lastBoot && timestamp < this.#lastTime) {
      return `The seal’s time ${timestamp} lies before that of the seal before it, ${this.#lastTime}.`;
    }
    return undefined;
  }
}

function after(text: string, mark: string): number {
  const at = text.indexOf(mark);
  return at === -1 ? text.length : at + mark.length;
}
