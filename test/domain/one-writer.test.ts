import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../../src')
/** Where a document of a release or a revert may be made or moved. */
const TABLES = ['release', 'revert', 'storm', 'quarantine'].map((kind) => `domain/${kind}/transitions.ts`)
/** Where it may be handed to the ledger. */
const WRITER = ['reconcile/record/moves.ts']

const files = ['domain', 'ports', 'reconcile'].flatMap((folder) =>
  readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
)

/** Files in which a pattern stands, besides those where it may. */
function strays(pattern: RegExp, allowed: readonly string[]): readonly string[] {
  return files.filter((file) => !allowed.includes(file) && pattern.test(readFileSync(join(SRC, file), 'utf8')))
}

it.each([
  ['how a release or a revert stands', /\bstate: '(?:rolling|failed|planned|open|closing|ended)'\s*[,}]/],
  ['how it ended', /\boutcome: (?:'(?:open|restored|superseded|promoted|gone|merged|declined|held|withdrawn)'|null)\s*[,}]/],
])('%s is written where its table is, and nowhere else', (_, pattern) => {
  // Who serves has states of its own.
  expect(strays(pattern, [...TABLES, 'domain/rollout/serving.ts'])).toEqual([])
  expect(TABLES.some((file) => pattern.test(readFileSync(join(SRC, file), 'utf8')))).toBe(true)
})

it('a document of a release or a revert is handed to the ledger in one place, with what its table has made of it', () => {
  expect(strays(/\bkind: '(?:release|revert)'/, WRITER)).toEqual([])
  expect(readFileSync(join(SRC, WRITER[0] ?? ''), 'utf8').match(/\bkind: '(?:release|revert)'/g)).toHaveLength(2)
})

it('nobody but the table and its writer moves a document', () => {
  const movers = strays(/\bmove(?:Release|Revert)\(/, [...TABLES, ...WRITER])
  expect(movers).toEqual(['domain/release/steps.ts'])
})

it('a storm is moved, and handed to the ledger, in one place', () => {
  const writer = ['reconcile/storm/gather.ts']
  expect(strays(/\bmoveStorm\(/, [...TABLES, ...writer])).toEqual([])
  expect(strays(/\bkind: 'storm'/, writer)).toEqual([])
  expect(strays(/\bstate: '(?:gathering|holding|passed|released|over)'\s*[,}]/, TABLES)).toEqual([])
})

it('a quarantine is moved, and handed to the ledger, in one place', () => {
  const writer = ['reconcile/record/record-quarantine.ts']
  expect(strays(/\bmoveQuarantine\(/, [...TABLES, ...writer])).toEqual([])
  expect(strays(/\bkind: 'quarantine'/, writer)).toEqual([])
  expect(strays(/\b(?:state: 'standing'|outcome: '(?:expired|lifted|proven|cleared)')\s*[,}]/, TABLES)).toEqual([])
})
