import { expect, it } from 'vitest'
import { HOSTILE_YAML } from '../../hostile-yaml.ts'
import { inputsOf, one, type Files } from './inputs-of.ts'

/** The longest that anything else had to wait, in milliseconds of the processor's time. */
async function longestStall(work: Promise<unknown>): Promise<number> {
  let [longest, before, isOver] = [0, process.cpuUsage(), false]
  const look = (): void => {
    const { user } = process.cpuUsage(before)
    longest = Math.max(longest, user / 1_000)
    before = process.cpuUsage()
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await work
  isOver = true
  return longest
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
]
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

it.each(Object.entries(CASES))(
  '%s hold nobody up',
  async (_, files) => {
    expect(await longestStall(inputsOf(files, one()))).toBeLessThan(250)
  },
  60_000,
)
