import { createVirtualClock } from '../../../src/adapters/replay/virtual-clock.ts'
import { describeClock } from '../../contract/clock.ts'

describeClock({
  name: 'the clock of a replay',
  open() {
    const clock = createVirtualClock(Date.UTC(2026, 10, 1))
    return { clock, pass: (ms) => clock.advanceTo(clock.now() + ms, () => Promise.resolve()) }
  },
})
