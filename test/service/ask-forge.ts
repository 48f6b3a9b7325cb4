// A process of its own: what Node reads of its environment holds from the start. `ask-forge.ts CONFIG REPOSITORY`
import { loadConfig } from '../../src/config/load.ts'
import { asCommitSha } from '../../src/domain/application/commit.ts'
import { KedgeError } from '../../src/domain/errors.ts'
import { SILENT } from '../../src/ports/log.ts'
import { UNWATCHED } from '../../src/service/adapters.ts'
import { realAdapters } from '../../src/service/real-adapters.ts'
import { rulesOf } from '../../src/service/rules.ts'

const [file = '', repoURL = ''] = process.argv.slice(2)
const { config, secrets } = loadConfig({ file, env: {} })
const forges = await realAdapters.forges({
  config,
  secrets,
  rules: rulesOf({ config }),
  live: { config, secrets },
  clock: realAdapters.clock(),
  logger: SILENT,
  random: Math.random,
  watching: UNWATCHED,
  assertMayAct: () => undefined,
})
const commit = asCommitSha('0123456789abcdef0123456789abcdef01234567')
if (!commit) throw new Error('no commit')
try {
  await forges.forRepository(repoURL).introducedBy(commit)
  process.stdout.write('answered')
} catch (fault) {
  process.stdout.write(fault instanceof KedgeError ? fault.code : String(fault))
}
