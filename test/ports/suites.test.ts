import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { HELD, NO_SUITE } from './port-table.ts'

// Every port has its contract suite. Read from the sources, so that a new port, and a new implementation of one, is missed.

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)

interface Declared {
  name: string
  /** It has a function in it. */
  isCalled: boolean
  extends: readonly string[]
}

/** Interfaces, and types with functions in them, of a file. */
function declaredIn(source: string): readonly Declared[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
  const isCalled = (body: string): boolean => /^ {2}[\w[\].]+\??(?:<[^(]*>)?\(/m.test(body) || body.includes('=>')
  const interfaces = [...code.matchAll(/^(?:export )?interface (\w+)([^{]*)\{\n?([\s\S]*?)^\}/gm)]
  const types = [...code.matchAll(/^export type (\w+)[^=]*=([\s\S]*?)(?=\n\n|\n(?:export|interface|function|const)\b|$(?![\s\S]))/gm)]
  return [
    ...interfaces.map(([, name = '', head = '', body = '']) => ({ name, isCalled: isCalled(body), extends: head.match(/\w+/g) ?? [] })),
    ...types.map(([, name = '', body = '']) => ({ name, isCalled: isCalled(body), extends: [] })),
  ]
}

/** What can be asked something: by functions of its own, or of what it extends. */
function portsAmong(declared: readonly Declared[]): readonly string[] {
  const called = new Set(declared.filter(({ isCalled }) => isCalled).map(({ name }) => name))
  return declared.filter(({ name, extends: of }) => called.has(name) || of.some((one) => called.has(one))).map(({ name }) => name)
}

/** Of a table's line the port: `Channel, only sent to` is a Channel. */
const portOf = (line: string): string => line.split(',')[0] ?? line

const PORTS = portsAmong(filesBelow('src/ports').flatMap((file) => declaredIn(read(file))))

it('every port has a suite in test/contract, or says why it has none', () => {
  const known = new Set([...Object.keys(HELD).map(portOf), ...Object.keys(NO_SUITE)])
  expect(PORTS.length).toBeGreaterThan(30)
  expect(PORTS.filter((port) => !known.has(port))).toEqual([])
  expect([...known].filter((port) => !PORTS.includes(port))).toEqual([])
})

it.each(Object.entries(HELD))('the suite of %s is there, is about it, and is run over each that fulfils it', (line, { suite, by }) => {
  const [file, run] = suite
  const source = read(`test/contract/${file}`)
  expect(source).toContain(`export function ${run}`)
  const about = { HostedForges: 'Forge', VendorForge: 'Forge', LedgerCheckpoint: 'HeldLedger' }[line] ?? portOf(line)
  expect(source).toMatch(new RegExp(`\\b${about}\\b`))
  for (const [implementation, test] of Object.entries(by)) {
    expect([implementation, existsSync(join(ROOT, 'src', implementation))]).toEqual([implementation, true])
    expect([test, read(`test/${test}`).includes(`${run}`)]).toEqual([test, true])
  }
})

/** What gives a port without being one of its own. */
const GIVES_WHAT_IS_THERE: readonly (readonly [string, string])[] = [
  ['adapters/forges/gitea/forges.ts', 'VendorForge'],
  ['adapters/forges/github/forges.ts', 'VendorForge'],
  ['adapters/forges/gitlab/forges.ts', 'VendorForge'],
  ['cli/commands/ledger/place.ts', 'LedgerStore'],
  ['http/views/fleet.ts', 'ClusterView'],
  // Refuses all: for whoever asks servers only.
  ['service/open-renderers.ts', 'GitRepositories'],
  ['service/real-adapters.ts', 'HostedForges'],
  // The same renderer, one answer of which comes later or is read otherwise.
  ['reconcile/decide/case.ts', 'Renderer'],
  ['reconcile/git-facts/question/renderings.ts', 'Renderer'],
  // The same ledger, with fewer pending effects.
  ['reconcile/loop/controller.ts', 'Ledger'],
  ['reconcile/ledger/open-ledger.ts', 'LedgerStore'],
]

it('whatever of src fulfils a port is run through its suite', () => {
  const missed = ['src/adapters', 'src/service', 'src/http', 'src/reconcile', 'src/cli'].flatMap(filesBelow).flatMap((file) => {
    const implementation = file.replace('src/', '')
    const given = givenBy(read(file))
    return Object.keys(HELD)
      .map(portOf)
      .filter((port) => given.has(port))
      .filter((port) => !Object.entries(HELD).some(([line, { by }]) => portOf(line) === port && by[implementation] !== undefined))
      .filter((port) => !GIVES_WHAT_IS_THERE.some(([of, what]) => of === implementation && what === port))
      .map((port) => `${implementation} fulfils ${port}`)
  })
  expect([...new Set(missed)]).toEqual([])
})

/** The types that functions of a file say they give, and that its constants are said to be. */
function givenBy(source: string): ReadonlySet<string> {
  const types = source.matchAll(/(?:\)|\bconst \w+): ([\w<][\w &<>[\],.]*?) (?:\{|=>|= \{|= new)/g)
  return new Set(
    [...types].flatMap(([, type = '']) => type.replace(/^Promise<(.*)>$/, '$1').split(' & ')).map((one) => one.replace(/<.*/, '')),
  )
}
