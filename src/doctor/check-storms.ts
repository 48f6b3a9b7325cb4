import type { LoadedConfig } from '../config/load.ts'
import type { Config } from '../config/settings.ts'
import { DEFAULT_POLICY } from '../domain/policy/policy.ts'
import type { Storm } from '../domain/storm/storm.ts'
import { plainText } from '../domain/words/plain-text.ts'
import { ok, warn, type Finding } from '../ports/finding.ts'

const SUBJECT = 'storms'
const MOST = 10

/** What is held because several Rollouts failed for one cause: by the configuration, and by the ledger as far as it can be read. */
export async function checkStorms({ config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>): Promise<readonly Finding[]> {
  return [ruleOf(config), ...(await openStorms(config, secrets.ledger)).map(findingOf)]
}

function ruleOf({ policy: { defaults, storms } }: Config): Finding {
  if (!(defaults.inStorms ?? DEFAULT_POLICY.inStorms)) return ok(SUBJECT, 'each failure is told for itself, unless a rule says otherwise')
  const within = `failures of one cause within ${storms.withinMs / 60_000} min are told on one card`
  return ok(SUBJECT, `${within}, and from ${storms.holdFrom} Rollouts on their PRs wait for a person`)
}

/** None where there is no ledger yet, or none that can be read: what is wrong with it has been said. */
async function openStorms({ ledger: { manifest, options } }: Config, credential: unknown): Promise<readonly Storm[]> {
  try {
    await using ledger = await manifest.openToRead(options, credential)
    return (await ledger.load('storm', { open: true, limit: MOST })).map(({ document }) => document)
  } catch {
    return []
  }
}

function findingOf({ key, cause, state }: Storm): Finding {
  const words = `${key} is not over (${state}): ${plainText(cause.words, 200)}`
  if (state === 'released' || state === 'gathering') return ok(SUBJECT, words)
  return warn(
    SUBJECT,
    `${words}; its PRs are held`,
    `Mend the cause and try the releases again; or, where they are at fault themselves: kedge storm release ${key}.`,
  )
}
