import { expect, it } from 'vitest'
import { readJsonnet } from '../../../src/reconcile/inputs/jsonnet.ts'
import { aLook, many, type Told } from './a-repository.ts'
import { link, type Files } from './inputs-of.ts'

const AT = 'apps/web/a.jsonnet'
const X = 'apps/web/x.libsonnet'
const IMPORT = `import 'x.libsonnet'`
const NONE: Told = {}

/** What is found of `apps/web/a.jsonnet`, with libraries in `vendor` and, before them, in `libs`. */
async function found(files: Files): Promise<Told> {
  const { look, told } = aLook(files)
  await readJsonnet(look, [AT], ['libs', 'vendor', 'apps/web'])
  return told()
}

it.each<[string, string, Told]>([
  ['after a comment to the end of its line', `// import 'y'\n${IMPORT}`, { named: [X] }],
  ['before a comment at the end', `${IMPORT} # import 'y'`, { named: [X] }],
  ['nothing in a comment with a star', `/* a * ${IMPORT} */ {}`, NONE],
  ['nothing in a comment that does not end', `/* ${IMPORT}`, NONE],
  ['after a text with a quote in it', `{ a: 'it\\'s', b: "a 'b'" } + ${IMPORT}`, { named: [X] }],
  ['by a verbatim name, and after a verbatim text with quotes in it', `{ a: @'it''s \\' } + import @"x.libsonnet"`, { named: [X] }],
  ['by a name behind a comment', `import /* 'y' */ 'x.libsonnet'`, { named: [X] }],
  ['one text, and not the next', `${IMPORT} + 'y.libsonnet'`, { named: [X] }],
  ['after a block of text with a line of spaces', `{ a: |||\n  b\n \n  c\n|||, d: ${IMPORT} }`, { named: [X] }],
  ['after a block of text that is indented by a tab', `{ a: |||\n\tb\n\t  |||\n  ||| + ${IMPORT} }`, { named: [X] }],
  ['nothing after a block of text without an indent', `{ a: |||\nb\n|||, d: ${IMPORT} }`, NONE],
  ['nothing after a block of text without a line', `||| ${IMPORT}`, NONE],
  ['nothing after a block of text whose last line does not end', `{ a: |||\n  b ${IMPORT}`, NONE],
  ['nothing after a text that does not end', `{ a: 'b, c: import "x.libsonnet" }`, NONE],
  ['nothing after a text that ends in a backslash', `{ a: 'b\\' + "${IMPORT}`, NONE],
  ['nothing from the root', `import '/etc/x.libsonnet'`, { unknown: [`what ${AT} imports as /etc/x.libsonnet`] }],
  ['nothing outside of the repository', `import '../../../x'`, { unknown: [`what ${AT} imports as ../../../x`] }],
])('Jsonnet imports %s', async (_, text, expected) => {
  expect(await found({ [AT]: text, [X]: '{}' })).toEqual(expected)
})

it.each<[string, Files, Told]>([
  ['beside the file first', { [X]: '{}', 'libs/x.libsonnet': '{}' }, { named: [X] }],
  ['in the first of the libraries', { 'libs/x.libsonnet': '{}', 'vendor/x.libsonnet': '{}' }, { named: [X, 'libs/x.libsonnet'] }],
  ['no folder', { [`${X}/a`]: '{}', 'vendor/x.libsonnet': '{}' }, { named: [X, 'libs/x.libsonnet', 'vendor/x.libsonnet'] }],
  ['by a link', { [X]: link('../y'), 'apps/y': `importstr 'z'`, 'apps/web/z': 'x' }, { named: [X, 'apps/y', 'apps/web/z'] }],
  ['nowhere', {}, { named: [X, 'libs/x.libsonnet', 'vendor/x.libsonnet'], unknown: [`what ${AT} imports as x.libsonnet`] }],
])('what is imported is looked for %s; where it may lie is read, too', async (_, files, expected) => {
  expect(await found({ ...files, [AT]: IMPORT })).toEqual(expected)
})

it('files that import each other are read once, and texts and bytes that are imported are no code', async () => {
  const files = {
    [AT]: `${IMPORT} + importstr 'b' + importbin 'c'`,
    [X]: `import 'a.jsonnet'`,
    'apps/web/b': IMPORT,
    'apps/web/c': `import 'd'`,
  }
  expect(await found(files)).toEqual({ named: [X, 'apps/web/b', 'apps/web/c', AT] })
})

it('a file that is too large is said, and nothing is imported by it', async () => {
  expect(await found({ [AT]: `${IMPORT}${' '.repeat(300_000)}` })).toEqual({ unknown: [`${AT}, which is too large or no file`] })
})

it('200 files are read; of more, it is said that they are not known', async () => {
  const unknownOf = async (count: number) => {
    const chain = many(count, (index) => `apps/web/${index}`).map((path, index) => [
      path,
      index + 1 < count ? `import '${index + 1}'` : '{}',
    ])
    return (await found({ [AT]: `import '0'`, ...Object.fromEntries(chain) })).unknown
  }
  expect(await unknownOf(199)).toBeUndefined()
  expect(await unknownOf(200)).toEqual(['more than 200 Jsonnet files'])
})
