import { SILENT } from '../../src/ports/log.ts'
import { NO_TRACES } from '../../src/ports/tracer.ts'
import { describeLogger } from '../contract/log.ts'
import { describeTracer } from '../contract/tracer.ts'
import { rememberLog } from '../remember-log.ts'

// What stands for a log and for a collector where there is none: in a replay, in the doctor, in tests.

describeLogger({ name: 'nobody', tells: false, open: () => ({ logger: SILENT, told: () => [] }) })

describeLogger({
  name: 'the log that tests read',
  tells: true,
  open: () => {
    const { logger, lines } = rememberLog()
    return { logger, told: () => lines.map(({ message, fields }) => `${message} ${String(fields?.['release'])}`) }
  },
})

describeTracer({ name: 'no collector', open: async () => NO_TRACES })
