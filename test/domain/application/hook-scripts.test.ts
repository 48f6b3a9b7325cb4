import { describe, expect, it } from 'vitest'
import { irreversibleAmong, type IrreversibleManifest, type Parse } from '../../../src/domain/application/irreversible.ts'

const HOOK = { annotations: { 'argocd.argoproj.io/hook': 'PreSync' } }
const job = (...names: readonly string[]): object => ({
  kind: 'Job',
  metadata: { name: 'migrate', ...HOOK },
  spec: { volumes: names.map((name) => ({ configMap: { name } })) },
})
const script = (name: unknown, more: object = {}): object => ({ kind: 'ConfigMap', metadata: { name }, data: { 'a.sql': 'x' }, ...more })

const text = (value: unknown): string => JSON.stringify(value)

/** What is found among documents and beside them, what was parsed, and what was told on the way. */
function among(documents: readonly string[], beside: readonly string[] = [], parse: Parse = (one) => [JSON.parse(one)]) {
  const parsed: string[] = []
  const reading = (one: string): readonly unknown[] | undefined => {
    parsed.push(one)
    return parse(one)
  }
  const work = irreversibleAmong(documents, reading, beside)
  const told: number[] = []
  for (;;) {
    const step = work.next()
    if (step.done === true) return { found: step.value, parsed, told }
    told.push(step.value)
  }
}

const names = (found: readonly IrreversibleManifest[]): readonly string[] => found.map(({ kind, name }) => `${kind} ${name}`)

describe('a ConfigMap that a hook reads', () => {
  it('counts with its data, though it is no hook itself', () => {
    const { found } = among([text(script('sql', { stringData: 'y' })), text(job('sql'))])
    expect(names(found)).toEqual(['Job migrate', 'ConfigMap sql'])
    expect(found[1]?.content).toBe('[{"a.sql":"x"},null,"y"]')
  })

  it('counts where the hook stands in a document beside, which does not count itself', () => {
    const documents = [text(script('sql')), text(script('other'))]
    expect(names(among(documents, [text(job('sql'))]).found)).toEqual(['ConfigMap sql'])
    expect(among(documents, [text({ ...job('sql'), metadata: {} }), text({ kind: 'Deployment', metadata: HOOK })]).found).toEqual([])
  })

  it('does not count where it stands in a document beside', () => {
    expect(names(among([text(job('sql'))], [text(script('sql'))]).found)).toEqual(['Job migrate'])
  })

  it('counts in a list, between what is no object', () => {
    expect(names(among([text({ items: [null, 'x', script('sql')] }), text(job('sql'))]).found)).toEqual(['Job migrate', 'ConfigMap sql'])
  })

  it('is none of another kind, nor of another name, nor one whose name is no text', () => {
    const others = [script('sql', { kind: 'Secret' }), script('sql2'), script(['sql']), { kind: 'ConfigMap', data: 'sql' }]
    expect(names(among([text({ items: others }), text(job('sql'))]).found)).toEqual(['Job migrate'])
  })

  it('is told once where it is a hook itself', () => {
    const own = script('sql', { metadata: { name: 'sql', ...HOOK } })
    expect(names(among([text(own), text(job('sql'))]).found)).toEqual(['ConfigMap sql', 'Job migrate'])
  })

  it('is one of fifty at most', () => {
    const all = Array.from({ length: 60 }, (_, at) => `sql-${at}-`)
    const { found } = among([text(job(...all)), ...all.map((name) => text(script(name)))])
    expect(found.filter(({ kind }) => kind === 'ConfigMap')).toHaveLength(50)
  })

  it('is not found where its document does not parse, or is nested deeper than the stack is', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 200_000; depth += 1) deep = { a: deep }
    const document = text(script('sql'))
    const reads = (parsed: unknown) =>
      names(among([document, text(job('sql'))], [], (one) => (one === document ? (parsed as readonly unknown[]) : [JSON.parse(one)])).found)
    expect(reads(undefined)).toEqual(['Job migrate'])
    expect(reads([script('sql', { data: deep })])).toEqual(['Job migrate'])
  })
})

describe('what is parsed', () => {
  const documents = [text(job('tables', 'views')), text(script('tables')), text(script('other')), text({ kind: 'Secret', name: 'tables' })]

  it('is a document with the words of what counts, and after that one that may be a script by name and kind', () => {
    expect(among(documents).parsed).toEqual([documents[0], documents[1]])
    expect(among(documents.slice(1)).parsed).toEqual([])
  })

  it('is told by its characters, after each', () => {
    expect(among(documents).told).toEqual([documents[0]?.length, documents[1]?.length])
    const service = text({ kind: 'Service' })
    expect(among([service], [service, text(job('sql'))]).told).toEqual([text(job('sql')).length])
  })
})

it('values hold objects for a template to put in, five deep, whatever else they hold', () => {
  const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'a' } }
  const holding = (depth: number): object => (depth === 0 ? claim : { none: null, inner: holding(depth - 1) })
  const reads = (depth: number) => names(among([text(holding(depth))]).found)
  expect([reads(5), reads(6)]).toEqual([['PersistentVolumeClaim a'], []])
  expect(names(among([text({ one: claim, more: { inner: { ...claim, metadata: { name: 'b' } } } })]).found)).toHaveLength(2)
})
