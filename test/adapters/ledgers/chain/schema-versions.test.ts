import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { DOCUMENT_SCHEMAS } from '../../../../src/adapters/ledgers/chain/documents.ts'
import type { LedgerKind } from '../../../../src/ports/ledger.ts'
import { spellSchema } from './spell-schema.ts'

interface Line {
  version: number
  /** The version that the last release reads; null where it reads none. */
  released: number | null
  /** SHA-256 of the schema, as `spellSchema` spells it. */
  digest: string
}

const FILE = 'test/fixtures/schema-versions.json'
const { release, kinds } = JSON.parse(read(FILE)) as { release: string; kinds: Partial<Record<string, Line>> }

function read(path: string): string {
  return readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8')
}

function digestOf(schema: z.ZodType): string {
  return createHash('sha256').update(spellSchema(schema)).digest('hex')
}

/** What whoever changed a schema has to do. */
function adviceOn(kind: string, line: Line, { version, digest }: Omit<Line, 'released'>): string {
  const { released } = line
  const raise =
    `The schema of ${kind} is another one, and Kedge ${release} reads its version ${version}. Raise it in documents.ts, with a comment ` +
    `and a way to read the older one, where ${release} cannot read what is written now (a word it does not know, a member that it needs ` +
    'and that is gone, another form), or would decide wrongly without it. Leave it where that passes over what is new. '
  const stay = `The schema of ${kind} is another one. No released program reads its version ${version}: it stays as it is. `
  const how = `Then put this in that file: ${JSON.stringify(kind)}: ${JSON.stringify({ version, released, digest })}`
  return (released !== null && version <= released ? raise : stay) + how
}

it.each(Object.keys(DOCUMENT_SCHEMAS) as LedgerKind[])(
  'documents of kind %s get another schema only with a decision on its version',
  (kind) => {
    const { version, schema } = DOCUMENT_SCHEMAS[kind]
    const line = kinds[kind] ?? { version: 0, released: null, digest: '' }
    const now = { version, digest: digestOf(schema) }
    expect(now, `${FILE}: ${adviceOn(kind, line, now)}`).toEqual({ version: line.version, digest: line.digest })
  },
)

it('a kind of document is never taken away: ledgers have it', () => {
  expect(Object.keys(DOCUMENT_SCHEMAS)).toEqual(expect.arrayContaining(Object.keys(kinds)))
})

it('versions are counted from the last release that the changelog names, and never fall', () => {
  const [, last] = /^## \[(\d[^\]]*)\]/m.exec(read('CHANGELOG.md')) ?? []
  expect(release, `${last} was released: put it in ${FILE}, and as "released" of each kind the "version" it has there`).toBe(last)
  for (const { version, released } of Object.values(kinds) as Line[]) expect(version).toBeGreaterThanOrEqual(released ?? 1)
})

it('whoever changes a schema is told to raise what the last release reads, and to leave what was raised since or never released', () => {
  const line = { version: 2, digest: 'old' }
  const now = { version: 2, digest: 'new' }
  expect(adviceOn('card', { ...line, released: 2 }, now)).toMatch(/reads its version 2\. Raise it in documents\.ts/)
  for (const released of [1, null]) {
    const advice = adviceOn('card', { ...line, released }, now)
    expect(advice).toContain('No released program reads its version 2: it stays')
    expect(advice).toContain(`"card": {"version":2,"released":${released},"digest":"new"}`)
  }
})

const text = z.string()
const SOME = z.object({ word: z.enum(['a', 'b']), maybe: text.optional(), sha: text.regex(/^a$/), some: z.union([text, z.number()]) })

it.each([
  ['a word', SOME.extend({ word: z.enum(['a', 'b', 'c']) })],
  ['a member that may be missing', SOME.extend({ more: text.optional() })],
  ['a member that may not be missing any more', SOME.extend({ maybe: text })],
  ['a member that may be null', SOME.extend({ maybe: text.nullable() })],
  ['another pattern', SOME.extend({ sha: text.regex(/^b$/) })],
  ['no pattern', SOME.extend({ sha: text })],
  ['one more choice', SOME.extend({ some: z.union([text, z.number(), z.boolean()]) })],
  ['a list of what was one', SOME.extend({ maybe: z.array(text).optional() })],
  ['a record', SOME.extend({ maybe: z.record(text, text).optional() })],
])('another schema has another spelling: %s', (_, other) => {
  expect(spellSchema(other)).not.toBe(spellSchema(SOME))
})

it('the order in which a schema names members, words and choices is none of its spelling', () => {
  const { word: _, ...rest } = SOME.shape
  const other = z.object({ ...rest, some: z.union([z.number(), text]), word: z.enum(['b', 'a']) })
  expect(spellSchema(other)).toBe(spellSchema(SOME))
})

it.each([
  ['a rule of its own', text.refine((value) => value !== '')],
  ['a bound', text.max(3)],
  ['a date', z.date()],
  ['an object that refuses what it does not name', z.strictObject({ a: text })],
])('a schema that has no spelling is refused, not passed over: %s', (_, schema) => {
  expect(() => spellSchema(z.object({ schema }))).toThrow(/no spelling is known/)
})
