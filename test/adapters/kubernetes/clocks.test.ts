import { describeClock } from '../../contract/clock.ts'
import { handClock, machineClock } from './harness.ts'

// The clocks that the tests of the watch are run by.

describeClock({
  name: "the machine's own",
  open: () => ({ clock: machineClock, pass: (ms) => new Promise((resolve) => void machineClock.after(ms, resolve)) }),
})

describeClock({
  name: 'one that a test moves by hand',
  open() {
    const clock = handClock()
    return { clock, pass: async (ms) => clock.advance(ms) }
  },
})
