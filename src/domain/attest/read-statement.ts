import { PREDICATE_TYPE, STATEMENT_TYPE } from './statement.ts'

/** What a statement on a release says, as far as who checks it is told. All of it is by whoever signed it. */
export interface ReleaseStatement {
  /** Cluster, namespace and name. */
  rollout: string
  outcome: string
  cause: string | null
  /** `name@algorithm:digest`. */
  subjects: readonly string[]
  records: readonly { sequence: number; hash: string }[]
}

/** Undefined for anything but a statement as `releaseStatement` writes it. */
export function readStatement(payload: string): ReleaseStatement | undefined {
  const statement = parse(payload)
  if (statement?.['_type'] !== STATEMENT_TYPE || statement['predicateType'] !== PREDICATE_TYPE) return undefined
  const predicate = objectAt(statement, 'predicate')
  const rollout = objectAt(predicate, 'rollout')
  const place = ['cluster', 'namespace', 'name'].map((name) => rollout?.[name])
  const records = listAt(objectAt(predicate, 'ledger'), 'records').flatMap(recordOf)
  const subjects = listAt(statement, 'subject').flatMap(subjectOf)
  const [outcome, cause] = [predicate?.['outcome'], predicate?.['cause']]
  const isWhole = place.every(isText) && isText(outcome) && (cause === null || isText(cause))
  if (!isWhole || records.length === 0 || subjects.length === 0) return undefined
  return { rollout: place.join('/'), outcome, cause, subjects, records }
}

type Members = Readonly<Record<string, unknown>>

function parse(text: string): Members | undefined {
  try {
    return asObject(JSON.parse(text))
  } catch {
    return undefined
  }
}

function asObject(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null ? (value as Members) : undefined
}

function objectAt(holder: Members | undefined, name: string): Members | undefined {
  return asObject(holder?.[name])
}

function listAt(holder: Members | undefined, name: string): readonly unknown[] {
  const list = holder?.[name]
  return Array.isArray(list) ? list : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function recordOf(value: unknown): readonly { sequence: number; hash: string }[] {
  const { sequence, hash } = asObject(value) ?? {}
  return typeof sequence === 'number' && Number.isSafeInteger(sequence) && isText(hash) ? [{ sequence, hash }] : []
}

function subjectOf(value: unknown): readonly string[] {
  const subject = asObject(value)
  const [digest] = Object.entries(objectAt(subject, 'digest') ?? {})
  return isText(subject?.['name']) && digest && isText(digest[1]) ? [`${subject['name']}@${digest[0]}:${digest[1]}`] : []
}
