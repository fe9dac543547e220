// Preloaded into Node.js: the clock of the machine is off by so many seconds.
const off = Number(process.env.CLOCK_IS_OFF_SECONDS) * 1000;
const now = Date.now.bind(Date);
const RightDate = Date;

Date = class extends RightDate {
  constructor(...given) {
    if (given.length) super(...given);
    else super(now() + off);
  }
  static now() {
    return now() + off;
  }
};
