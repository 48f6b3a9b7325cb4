import { RELEASE, REVERT } from '../src/adapters/ledgers/chain/schemas.ts'
import type { Freshness, ReleaseDetail, ReleaseSteps, ReleaseSummary, RolloutDetail, RolloutSummary } from '../src/api/contract.ts'
import { openApi } from '../src/api/openapi/openapi.ts'
import type { AnalysisRunSnapshot } from '../src/domain/rollout/snapshots.ts'
import { schemaFaults } from './schema-faults.ts'

/** What the API answers, by the names of its description. */
interface Answers {
  Rollout: RolloutSummary
  RolloutDetail: RolloutDetail
  Release: ReleaseSummary
  ReleaseDetail: ReleaseDetail
  ReleaseSteps: ReleaseSteps
  AnalysisRun: AnalysisRunSnapshot
  Freshness: Freshness
}

type Json = Readonly<Record<string, unknown>>

const DESCRIPTION = openApi()
const SCHEMAS = (DESCRIPTION as { components: { schemas: Readonly<Record<string, Json>> } }).components.schemas

/**
 * A document that a test writes by hand in the place of what the service answers: held against what the API says of itself, and the
 * ledger's documents in it against what a ledger may keep. A fixture that the service cannot produce proves nothing.
 * @throws Error a field is missing, is of another kind, or is one that nobody has described
 */
export function answered<Name extends keyof Answers>(name: Name, document: Answers[Name]): Answers[Name] {
  const faults = answerFaults(name, document)
  if (faults.length > 0) throw new Error(`the service cannot answer this ${name}:\n${faults.join('\n')}`)
  return document
}

/** What of a document the service cannot have answered, with where it stands. */
export function answerFaults(name: keyof Answers, document: unknown): readonly string[] {
  const sent = JSON.parse(JSON.stringify(document)) as Json
  const described = SCHEMAS[name] ?? {}
  return [...schemaFaults(sent, described, DESCRIPTION), ...keptFaults(sent, '$')]
}

/** Of the documents of the ledger, which the API gives as they are kept. */
function keptFaults(sent: Json, at: string): readonly string[] {
  const { newestRelease, release, revert } = sent
  if (isObject(newestRelease)) return keptFaults(newestRelease, `${at}.newestRelease`)
  return [
    ...(isObject(release) ? documentFaults(RELEASE, release, `${at}.release`) : []),
    ...(isObject(revert) ? documentFaults(REVERT, revert, `${at}.revert`) : []),
  ]
}

function documentFaults(schema: typeof RELEASE | typeof REVERT, document: Json, at: string): readonly string[] {
  const { success, data, error } = schema.safeParse(document)
  if (!success) return error.issues.map(({ path, message }) => `${[at, ...path].join('.')}: ${message}`)
  return unknownKeys(document, JSON.parse(JSON.stringify(data)) as Json, at)
}

/** What the schema has left out. */
function unknownKeys(given: Json, read: Json, at: string): readonly string[] {
  return Object.entries(given).flatMap(([key, one]) => {
    if (!Object.hasOwn(read, key)) return [`${at}.${key}: is not kept`]
    return isObject(one) && isObject(read[key]) ? unknownKeys(one, read[key], `${at}.${key}`) : []
  })
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null
}
