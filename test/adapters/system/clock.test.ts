import { createSystemClock } from '../../../src/adapters/system/clock.ts'
import { describeClock } from '../../contract/clock.ts'

describeClock({
  name: 'the clock of the machine',
  open() {
    const clock = createSystemClock()
    const pass = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
    return { clock, pass }
  },
})
