import type { z } from 'zod'
import { canonicalJson } from '../../../domain/canonical-json.ts'
import { KedgeError } from '../../../domain/errors.ts'
import type { LedgerDocuments, LedgerEntry, LedgerKind } from '../../../ports/ledger.ts'
import { ANNOUNCEMENT } from './announcement-schema.ts'
import { PLACED_CARD } from './card-schema.ts'
import { EFFECT } from './effect-schema.ts'
import { compileFits } from './fits.ts'
import { QUARANTINE } from './quarantine-schema.ts'
import { BASELINE, RELEASE, REVERT, VERSION } from './schemas.ts'
import { STORM } from './storm-schema.ts'

type Stored = Record<string, unknown>

/** The member that holds the version of a stored document. It stands first: its name sorts before all others. */
const VERSION_FIELD = '$version'
const WRITTEN_VERSION = /^\{"\$version":(\d{1,9}),/

interface DocumentSchema {
  version: number
  schema: z.ZodType
  /** Whether a document fits the schema. */
  fits: (document: unknown) => boolean
  /** Fills in what documents of the time before versions may lack. */
  complete?: (document: Stored) => Stored
}

/**
 * What each kind of document looks like, and the version of that: it goes up with a change that a released program could not read, once
 * from one release to the next, and the change then comes with a way to read the older one.
 *
 * Only what was released counts (`test/fixtures/schema-versions.json` says what was). 0.1.0 knows no versions of documents: it refuses a
 * ledger of now as a whole, by the schema of its tables and as E_LEDGER_NEWER, and it takes no export. So what was added since needs no
 * rise, as the cause `slo-burn` in a release; the rises that were made stay, for a version never falls.
 */
export const DOCUMENT_SCHEMAS: Readonly<Record<LedgerKind, DocumentSchema>> = {
  baseline: { version: 1, ...checkedBy(BASELINE) },
  version: { version: 1, ...checkedBy(VERSION) },
  release: { version: 1, ...checkedBy(RELEASE), complete: completeRelease },
  // 2: may have ended as `held`.
  revert: { version: 2, ...checkedBy(REVERT) },
  // 2: may mark a commit, and announce a release at the forge. 3: may ask who merged a revert. 4: may read images, and show a deployment.
  effect: { version: 4, ...checkedBy(EFFECT) },
  card: { version: 1, ...checkedBy(PLACED_CARD) },
  storm: { version: 1, ...checkedBy(STORM) },
  quarantine: { version: 1, ...checkedBy(QUARANTINE) },
  announcement: { version: 1, ...checkedBy(ANNOUNCEMENT) },
}

/**
 * Refuses a kind of document that this program does not know: a newer one has written it.
 * @param what it is said of
 * @throws KedgeError E_LEDGER_NEWER
 */
export function assertKind(kind: string, what: string): asserts kind is LedgerKind {
  if (Object.hasOwn(DOCUMENT_SCHEMAS, kind)) return
  throw new KedgeError('E_LEDGER_NEWER', `${what} is of a kind that this program does not know: ${JSON.stringify(kind)}`)
}

function checkedBy(schema: z.ZodType): Pick<DocumentSchema, 'schema' | 'fits'> {
  return { schema, fits: compileFits(schema) }
}

/** A release of the first weeks had no say on these, and none of them had happened to it. */
const UNSAID_RELEASE = { before: null, stepHash: null, byTemplate: true, waiting: null }
const UNSAID_ATTEMPT = { abortedAt: null, abortedAtMs: null }

function completeRelease(document: Stored): Stored {
  const { attempts } = document
  return {
    ...UNSAID_RELEASE,
    ...document,
    attempts: Array.isArray(attempts) ? attempts.map((attempt: Stored) => ({ ...UNSAID_ATTEMPT, ...attempt })) : attempts,
  }
}

/**
 * An entry's document as it is stored, the version of its schema in it. What could not be read again is not written: else one Rollout's
 * odd data would keep everybody's ledger from being opened.
 * @throws KedgeError E_LEDGER_DOCUMENT
 */
export function spellDocument({ kind, key, document }: LedgerEntry): string {
  check(kind, key, document)
  return canonicalJson({ ...document, [VERSION_FIELD]: DOCUMENT_SCHEMAS[kind].version })
}

/**
 * A stored document, checked. What a schema does not name is kept: a later program of the same version may have put it there.
 * @throws KedgeError E_LEDGER_DOCUMENT, E_LEDGER_NEWER
 */
export function parseDocument<K extends LedgerKind>(kind: K, key: string, stored: string): LedgerDocuments[K] {
  assertKind(kind, `the document of ${key}`)
  const { version: known, complete } = DOCUMENT_SCHEMAS[kind]
  const [prefix, version] = WRITTEN_VERSION.exec(stored) ?? []
  if (Number(version ?? 0) > known)
    throw new KedgeError(
      'E_LEDGER_NEWER',
      `${kind} ${key} has a document of version ${version}, this program knows versions up to ${known}`,
    )
  // Cut off as text: taking a member out of thousands of objects costs more than parsing them.
  const written = JSON.parse(prefix === undefined ? stored : `{${stored.slice(prefix.length)}`) as Stored
  const document = prefix === undefined && complete ? complete(written) : written
  check(kind, key, document)
  return document as unknown as LedgerDocuments[K]
}

function check(kind: LedgerKind, key: string, document: unknown): void {
  const { schema, fits } = DOCUMENT_SCHEMAS[kind]
  if (fits(document)) return
  const { error } = schema.safeParse(document)
  if (!error) return
  const [issue] = error.issues
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  throw new KedgeError('E_LEDGER_DOCUMENT', `the document of ${kind} ${key} does not fit its schema: ${where}${issue?.message ?? ''}`)
}
