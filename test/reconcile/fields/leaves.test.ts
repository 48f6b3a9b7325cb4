import { describe, expect, it } from 'vitest'
import { isNoField, isScale, openLeaves } from '../../../src/reconcile/fields/leaves.ts'
import { aRepositoryAt, type Changes } from '../a-repository.ts'
import { REPO } from '../an-application.ts'

/** What is told of these paths in each state, a path as its names, and an object name as the path whose it is. */
async function toldOf(
  states: readonly Changes[],
  paths = Object.keys(states[0] ?? {}),
): Promise<readonly Readonly<Record<string, string>>[]> {
  const { git, commit } = aRepositoryAt(REPO)
  const commits = states.map((files) => commit(files))
  const leaves = openLeaves(git, paths)
  const told: Record<string, string>[] = []
  for (const at of commits) {
    const names = Object.entries(await git.objectNames(at, paths))
    const nameOf = (text: string): string => (names.some(([, name]) => name === text) ? 'whole' : text)
    told.push(Object.fromEntries([...(await leaves(at))].map(([path, text]) => [path.replaceAll('\0', ' / '), nameOf(text)])))
  }
  return told
}

const told = async (files: Changes, paths?: readonly string[]) => (await toldOf([files], paths && [...paths]))[0]

/** A text unlike what any test has asked. */
const anew = (): string => `a: ${Math.random()}\n`
/** A file of so many characters with one value. */
const long = (value: string, length: number): string => `a: ${value} #`.padEnd(length, '-')
/** So many files of so many characters each, all unlike. */
const many = (count: number, length: number): Changes =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.yaml`, long(`v${index}-${length}`, length)]))
/** Which of the files are told as a whole. */
const wholeOf = (leaves: Readonly<Record<string, string>> | undefined): readonly string[] =>
  Object.keys(leaves ?? {}).filter((path) => leaves?.[path] === 'whole')

describe('what stands at the end of each path', () => {
  it('is told by the names of objects and entries where all have one, else by their places, without quotes or comments', async () => {
    const rollout =
      'kind: Rollout\nmetadata: {name: web, namespace: shop}\nspec: # why\n  images: [{name: main, tag: "1.7"}, {name: aux}]\n'
    const config = "kind: ConfigMap\nmetadata: {name: web}\ndata: {mode: '', list: [x, 'y'], some: [{name: x}, {tag: 1}]}\n"
    expect(await told({ 'web.yaml': `# ours\n---\n---\n${rollout}---\n${config}` })).toEqual({
      'web.yaml / Rollout shop web / kind': 'Rollout',
      'web.yaml / Rollout shop web / metadata / name': 'web',
      'web.yaml / Rollout shop web / metadata / namespace': 'shop',
      'web.yaml / Rollout shop web / spec / images / main / name': 'main',
      'web.yaml / Rollout shop web / spec / images / main / tag': '1.7',
      'web.yaml / Rollout shop web / spec / images / aux / name': 'aux',
      'web.yaml / ConfigMap web / kind': 'ConfigMap',
      'web.yaml / ConfigMap web / metadata / name': 'web',
      'web.yaml / ConfigMap web / data / mode': '',
      'web.yaml / ConfigMap web / data / list / 0': 'x',
      'web.yaml / ConfigMap web / data / list / 1': 'y',
      'web.yaml / ConfigMap web / data / some / 0 / name': 'x',
      'web.yaml / ConfigMap web / data / some / 1 / tag': '1',
    })
    expect(await told({ 'values.yml': '---\n---\na: 1\n---\nx\n', 'b.yaml': '"b": {}\n' })).toEqual({
      'values.yml / 0 / a': '1',
      'values.yml / 1': 'x',
    })
  })

  it('is a line, as often as it stands there, in a file that is no plain YAML', async () => {
    expect(await told({ 'web.yaml': 'a: {{ .a }}\n- x\n  - x\nb: 1\n' })).toEqual({
      'web.yaml /  / a: {{ .a }}': '1',
      'web.yaml /  / - x': '2',
      'web.yaml /  / b: 1': '1',
      'web.yaml /  / ': '1',
    })
  })

  it('is the file itself where that is no YAML, or is larger than 64 kB; where there is none, nothing is told', async () => {
    expect(await told({ 'app.jsonnet': 'a: 1\n', 'large.yaml': long('large', 64 * 1024 + 1) })).toEqual({
      'app.jsonnet': 'whole',
      'large.yaml': 'whole',
    })
    expect(await told({ 'a.yaml': 'a: 2\n', 'b.yaml': long('most', 64 * 1024) }, ['a.yaml', 'b.yaml', 'gone.yaml'])).toEqual({
      'a.yaml / 0 / a': '2',
      'b.yaml / 0 / a': 'most',
    })
  })

  it('is told of ten files; of more, each is told as a whole', async () => {
    expect(wholeOf(await told(many(10, 20)))).toEqual([])
    expect(wholeOf(await told(many(11, 20)))).toEqual(Object.keys(many(11, 20)))
  })
})

describe('of all that one question reads', () => {
  it('400 kB are told, and what comes after them as a whole', async () => {
    expect(wholeOf(await told(many(8, 50_000)))).toEqual([])
    expect(wholeOf(await told({ ...many(8, 50_000), '8.yaml': 'a: 3\n', '9.yaml': '' }))).toEqual(['8.yaml', '9.yaml'])
  })

  it('a content counts once, in whatever files and states it stands', async () => {
    const [one, files] = [long('one', 60_000), many(5, 60_000)]
    const [first, second] = await toldOf([
      { ...files, 'x.yaml': one, 'y.yaml': one },
      { 'x.yaml': one, 'y.yaml': 'a: 4\n' },
    ])
    expect([wholeOf(first), wholeOf(second)]).toEqual([[], []])
  })

  it('a file that is not read counts nothing, and what is read beside it still does', async () => {
    const large = long('too large', 70_000)
    expect(wholeOf(await told({ 'a.yaml': large, ...many(7, 60_000) }, ['a.yaml', ...Object.keys(many(7, 60_000))]))).toEqual([
      'a.yaml',
      '6.yaml',
    ])
  })
})

describe('what was read', () => {
  it('is not read again, neither for this question nor for another one', async () => {
    const { git, commit } = aRepositoryAt(REPO)
    const [one, two] = [commit({ 'a.yaml': anew() }), commit({ 'a.yaml': anew() })]
    const read: string[] = []
    const readFiles: typeof git.readFiles = async (at, paths, most) => (read.push(...paths), git.readFiles(at, paths, most))
    const repository = { ...git, readFiles }
    const leaves = openLeaves(repository, ['a.yaml'])
    const first = await leaves(one)
    expect(await leaves(one)).toBe(first)
    expect(await leaves(two)).not.toEqual(first)
    expect(await openLeaves(repository, ['a.yaml'])(one)).toEqual(first)
    expect(read).toEqual(['a.yaml', 'a.yaml'])
  })

  it('is parsed after others had their turn', async () => {
    const { git, commit } = aRepositoryAt(REPO)
    const at = commit({ 'a.yaml': anew() })
    let hadTurn = false
    setImmediate(() => (hadTurn = true))
    await openLeaves(git, ['a.yaml'])(at)
    expect(hadTurn).toBe(true)
  })
})

it.each([
  ['a.yaml\0Rollout web\0spec\0replicas', true],
  ['a.yaml\0"replicaCount"', true],
  ['a.yaml\0\0replicas: 3', true],
  ["a.yaml\0\0'maxReplicas' : 3", true],
  ['a.yaml\0minReplicas', true],
  ['a.yaml\0replicas\0image', false],
  ['a.yaml\0\0replicas are many', false],
  ['a.yaml\0\0# replicas: 3', false],
  ['a.yaml\0someReplicas', false],
  ['replicas', true],
])('%j says how many pods there are: %s', (path, is) => {
  expect(isScale(path)).toBe(is)
})

it.each([
  ['a.yaml', true],
  ['a.yaml\0\0a: {{ .a }}', true],
  ['a.yaml\x000\0a', false],
])('%j stands for more or less than a field: %s', (path, is) => {
  expect(isNoField(path)).toBe(is)
})
