import { expect, it } from 'vitest'
import { HOSTILE_YAML } from '../../hostile-yaml.ts'
import { REPO, type ApplicationOptions } from '../../simulation/application.ts'
import { inputsLater, inputsOf, link, one, type Files } from './inputs-of.ts'

/** The longest that anything else had to wait, in milliseconds of the processor's time, and the most that was kept meanwhile, in MB. */
async function costOf(work: () => Promise<unknown>): Promise<{ stall: number; memory: number }> {
  const kept = (): number => {
    const { heapUsed, external } = process.memoryUsage()
    return (heapUsed + external) / 1024 / 1024
  }
  const first = kept()
  let [stall, memory, before, isOver] = [0, 0, process.cpuUsage(), false]
  const look = (): void => {
    const { user } = process.cpuUsage(before)
    stall = Math.max(stall, user / 1_000)
    memory = Math.max(memory, kept() - first)
    before = process.cpuUsage()
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await work()
  isOver = true
  return { stall, memory }
}

const yaml = Object.values(HOSTILE_YAML)
const TEMPLATES = [
  `{{ range $a, $b := ${' '.repeat(200_000)}`,
  '.Files '.repeat(30_000),
  `.Files.Glob${' '.repeat(200_000)}.Files${' '.repeat(40_000)}`,
  '{{ range $a, $b := .Files.Glob "'.repeat(6_000),
  '.Files.Get "'.repeat(15_000),
  '.Files.Get `'.repeat(15_000),
  `range $${'a'.repeat(200_000)}`,
  Array.from({ length: 12_000 }, (_, index) => `.Files.Get $a${index}, `).join(''),
  '{{ .Files.Get (printf "'.repeat(10_000),
  `range ${'a '.repeat(100_000)}`,
  'range '.repeat(40_000),
  'pluck '.repeat(40_000),
  '}}{{'.repeat(50_000),
  '}}{{/*'.repeat(40_000),
].map((text) => (text.startsWith('{{') ? text : `{{ ${text}`))
const CASES: Record<string, Files> = {
  'hundreds of hostile bases': {
    'apps/web/kustomization.yaml': `resources:\n${yaml.map((_, index) => `- ../../b${index}`).join('\n')}\n`,
    ...Object.fromEntries(yaml.map((text, index) => [`b${index}/kustomization.yaml`, text])),
  },
  ...Object.fromEntries(
    TEMPLATES.map((text) => [
      `a template of ${text.slice(0, 30)}`,
      { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/x.ini': 'x', 'apps/web/templates/a.yaml': text },
    ]),
  ),
  'globs over and over': {
    'apps/web/Chart.yaml': 'name: web\n',
    'apps/web/templates/a.yaml': Array.from({ length: 60 }, (_, index) => `{{ .Files.Glob "{f${index},**a**a**a**a**a**b}" }}`).join('\n'),
    ...Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`apps/web/files/${'a'.repeat(30)}${index}`, ''])),
  },
  'Jsonnet of imports': {
    'apps/web/a.jsonnet': 'import "'.repeat(20_000),
    'apps/web/b.jsonnet': `import ${' '.repeat(200_000)}`,
    'apps/web/d.jsonnet': 'import /'.repeat(20_000),
    'apps/web/e.jsonnet': `import @${' '.repeat(100_000)}@${' '.repeat(100_000)}`,
    'apps/web/c.jsonnet': Array.from({ length: 300 }, (_, index) => `import "x${index}"`).join(';'),
  },
}

const MANY: Files = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`apps/web/files/${'a'.repeat(40)}${index}.yaml`, '']))
const DEEP = Array.from({ length: 400 }, () => 'd').join('/')
const HUGE = 'a: 1\n'.repeat(10_000_000)
const SOURCES: Record<string, [Files, ApplicationOptions]> = {
  'a kustomization of 50 MB': [{ 'apps/web/kustomization.yaml': HUGE }, one()],
  'values and a template of 50 MB': [
    { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/x.ini': 'x', 'apps/web/values.yaml': HUGE, 'apps/web/templates/a.yaml': HUGE },
    one(),
  ],
  'manifests and Jsonnet of 50 MB': [{ 'apps/web/a.yaml': HUGE, 'apps/web/a.jsonnet': HUGE }, one()],
  'remote bases by the hundred': [
    { 'apps/web/kustomization.yaml': `resources:\n${`- https://github.com/${'a/'.repeat(90)}?ref=${'%'.repeat(40)}\n`.repeat(120)}` },
    one(),
  ],
  'rules of .helmignore by the hundred': [
    { ...MANY, 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/.helmignore': '*a*a*a*a*a*a*a*a*b\n'.repeat(5_000) },
    one(),
  ],
  'a chart of files in hundreds of folders, one in another': [
    {
      ...Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`apps/web/${DEEP}/${index}.yaml`, ''])),
      'apps/web/Chart.yaml': 'name: web\n',
    },
    one(),
  ],
  'patterns of include and exclude': [
    MANY,
    one({ directory: { recurse: true, include: `{${'{a,b}'.repeat(60)},*a*a*a*a*a*a*a*a*b}`, exclude: '*a*a*a*a*a*a*a*a*b' } }),
  ],
  'patterns of value files': [
    { ...MANY, 'apps/web/Chart.yaml': 'name: web\n' },
    one({ helm: { valueFiles: Array.from({ length: 50 }, (_, index) => `files/${'*a'.repeat(20)}*${index}b{x,${'y'.repeat(200)}}`) } }),
  ],
  'patterns of value files, as many as are followed': [
    { ...MANY, 'apps/web/Chart.yaml': 'name: web\n' },
    one({ helm: { valueFiles: Array.from({ length: 10 }, (_, index) => `files/${'*a'.repeat(9)}*${index}b`) } }),
  ],
  'patterns over folders': [
    { ...MANY, 'apps/web/Chart.yaml': 'name: web\n' },
    one({ helm: { valueFiles: Array.from({ length: 10 }, (_, index) => `**/a/**/*a*a*a*a*${index}b`) } }),
  ],
  'hints by patterns': [
    MANY,
    one(
      {},
      { 'argocd.argoproj.io/manifest-generate-paths': Array.from({ length: 60 }, (_, index) => `/${'*a'.repeat(60)}*${index}b`).join(';') },
    ),
  ],
  'its own file of all that is hostile': [
    Object.fromEntries([['apps/web/a.yaml', 'a: 1\n'], ...yaml.map((text, index) => [`b${index}/.argocd-source.yaml`, text] as const)]),
    { sources: yaml.map((_, index) => ({ repoURL: REPO, targetRevision: 'main', path: `b${index}` })), multi: true },
  ],
  'a chain of links, and a ring of them': [
    {
      ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`apps/l${index}`, link(`l${index + 1}`)])),
      'apps/web': link('l0'),
      'apps/l300': link('l0'),
    },
    one(),
  ],
}

it.each([...Object.entries(SOURCES), ...Object.entries(CASES).map(([name, files]) => [name, [files, one()]] as const)])(
  '%s hold nobody up, and fill no memory',
  async (_, [files, application]) => {
    const { stall, memory } = await costOf(await inputsLater(files, application))
    // A hundred on a machine with nothing else to do, some times as long where memory is short; what is not capped takes minutes.
    expect(stall).toBeLessThan(1_000)
    expect(memory).toBeLessThan(64)
  },
  120_000,
)

it('a value file by a pattern that costs too much is not known, by name, and a hint by one stands for its folder', async () => {
  const costly = `files/${'*a'.repeat(11)}.yaml`
  const files = { 'apps/web/Chart.yaml': 'name: web\n', 'apps/web/files/b.yaml': 'b: 1\n', 'apps/web/notes.txt': 'x\n' }
  const many = Array.from({ length: 11 }, (_, index) => `files/${index}*.yaml`)
  expect(await inputsOf(files, one({ helm: { valueFiles: [costly] } }))).toMatchObject({
    unknown: [`the value file ${costly}, which costs too much to be followed`],
  })
  expect((await inputsOf(files, one({ helm: { valueFiles: many } }))).unknown).toEqual([
    'the value file files/10*.yaml, which costs too much to be followed',
  ])
  const hint = one({ plugin: {} }, { 'argocd.argoproj.io/manifest-generate-paths': `/apps/web/${costly}` })
  expect((await inputsOf(files, hint)).read).toContain('apps/web/files/b.yaml')
})
