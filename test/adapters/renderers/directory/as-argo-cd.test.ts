import { expect, test } from 'vitest'
import { parseYaml } from '../../../../src/adapters/renderers/directory/yaml.ts'
import { compileGlob } from '../../../../src/domain/application/directory-glob.ts'
import { splitDocuments } from '../../../../src/domain/words/yaml-documents.ts'
import truth from './as-argo-cd.json' with { type: 'json' }

// Made by the libraries that Argo CD 3.6.1 is built with: github.com/gobwas/glob v1.0.0, and sigs.k8s.io/yaml behind apimachinery's
// decoder.

/** What is read as something else all the same: numbers and tags that nobody writes. */
const EXCEPTIONS = new Set(['a: [!x]\n', 'a: .5_5\n', 'a: [.5_5]\n', '.5_5: x\n'])

function read(text: string): unknown[] | null {
  const documents = splitDocuments(text.replace(/^\uFEFF/, ''), 2_000)?.map(parseYaml)
  const isRefused = documents?.some((document) => 'fault' in document || typeof document.value !== 'object') ?? true
  return isRefused
    ? null
    : documents!.flatMap((document) => ('value' in document ? [document.value] : [])).filter((value) => value !== null)
}

test('patterns match as in Argo CD, or are refused as there', () => {
  const globs = Object.entries(truth.globs as Record<string, string[] | null>)
  for (const [pattern, matched] of globs) {
    const glob = compileGlob(pattern)
    expect([pattern, glob ? truth.names.filter((name) => glob(name)) : null]).toEqual([pattern, matched])
  }
})

test('a hostile pattern costs no time', () => {
  const started = performance.now()
  expect(compileGlob('*a'.repeat(400) + 'b')?.('a'.repeat(2_000))).toBe(false)
  expect(compileGlob('{a,b}'.repeat(30))).toBeUndefined()
  expect(compileGlob('{'.repeat(900))).toBeUndefined()
  expect(performance.now() - started).toBeLessThan(2_000)
})

test('YAML is read as in Argo CD, or not at all', () => {
  const cases = (truth.yaml as [string, unknown[] | null][]).filter(([text]) => !EXCEPTIONS.has(text))
  const understood = cases.map(([text, documents]) => ({ text, documents, found: read(text) })).filter(({ found }) => found !== null)
  expect(understood.map(({ text, found }) => ({ text, documents: found }))).toEqual(
    understood.map(({ text, documents }) => ({ text, documents })),
  )
  expect(understood.length).toBeGreaterThan(300)
})

/** JSON after JSON, and names and texts that nobody writes. */
const SAID_TO_BE_BROKEN = ['.nan: x\n', '.inf: x\n', 'a: [-]\n', '+.inf: x\n', '-.INF: x\n', '{"a": 1}\n{"b": 2}\n']

test('what Argo CD reads and is not read here is not said to be broken, but for a few', () => {
  const isBroken = (text: string): boolean => {
    const parsed = parseYaml(text)
    return 'fault' in parsed && parsed.fault === 'failed'
  }
  const read = (truth.yaml as [string, unknown[] | null][]).filter(([, documents]) => documents?.some((document) => document !== null))
  const broken = read.filter(([text]) => splitDocuments(text.replace(/^\uFEFF/, ''), 2_000)?.some(isBroken))
  expect(broken.map(([text]) => text)).toEqual(SAID_TO_BE_BROKEN)
  expect(read.length).toBeGreaterThan(200)
})
