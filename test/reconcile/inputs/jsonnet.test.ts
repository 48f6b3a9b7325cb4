import { expect, it } from 'vitest'
import { inputsOf, one } from './inputs-of.ts'

const LIBRARY = { 'apps/web/x.libsonnet': '{}' }

/** Whether it imports `x.libsonnet`. */
it.each<[string, string, boolean]>([
  ['a comment may stand in an import', `import /* here */ 'x.libsonnet'`, true],
  ['a comment of a line may stand in an import', 'import\n  # here\n  // and here\n"x.libsonnet"', true],
  ['a name may be verbatim', `import @'x.libsonnet'`, true],
  ['an import after texts is one', `{ a: 'it\\'s', b: @"""q""", c: |||\n  it's "\n\n   |||\n|||, d: import 'x.libsonnet' }`, true],
  ['an import after an empty comment is one', `/**/ import 'x.libsonnet'`, true],
  ['in a comment is none', `// import 'x.libsonnet'\n# import 'x.libsonnet'\n/* import 'x.libsonnet' */ {}`, false],
  ['in a text is none', `{ a: "import 'x.libsonnet'", b: 'import "x.libsonnet"', c: @'import "x.libsonnet"' }`, false],
  ['in a block of text is none', `{ a: |||\n  import 'x.libsonnet'\n||| }`, false],
  ['a word that begins like one is none', `local imports = 'x.libsonnet'; {}`, false],
  ['what does not end is no Jsonnet', `{ a: |||\n  b\n c, d: import 'x.libsonnet'`, false],
])('%s', async (_, text, isImport) => {
  const { read, unknown } = await inputsOf({ 'apps/web/a.jsonnet': text, ...LIBRARY }, one())
  expect({ read, unknown }).toEqual({ read: ['apps/web/a.jsonnet', ...(isImport ? Object.keys(LIBRARY) : [])], unknown: [] })
})

it('a file of nothing but beginnings costs its length, not the square of it', async () => {
  const hostile = ['|||\n a\n', '"\\"', '/*', `import '`].map((part) => part.repeat(250_000 / part.length))
  const startedAt = performance.now()
  for (const text of hostile) await inputsOf({ 'apps/web/a.jsonnet': text }, one())
  expect(performance.now() - startedAt).toBeLessThan(10_000)
})
