// Preload for a child process: the clock stands at the time that the parent names, so that a test
// moves time and never waits for it. Timers keep running; only what reads the calendar is pinned.
const RealDate = Date;
let nowMs = Number(process.env.LOCAL_CLOCK_MS ?? RealDate.now());

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [nowMs] : parts));
  }

  static now() {
    return nowMs;
  }
};

process.on('message', (message) => {
  if (message.kind === 'clock') nowMs = message.nowMs;
});
