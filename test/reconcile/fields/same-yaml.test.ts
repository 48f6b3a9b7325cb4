import { expect, it } from 'vitest'
import { isSameYaml } from '../../../src/reconcile/fields/same-yaml.ts'

const FILE = 'a: 1\nb:\n  - c: x\n    d: "2"\n  - e\n'

it.for([FILE, '# a note\nb: # why\n- {d: "2", c: x}\n- e\na: 1\n', `---\n${FILE}...\n`, `${FILE}---\n# nothing\n`])(
  'what says the same in another layout is the same: %j',
  (other) => {
    expect(isSameYaml(FILE, other)).toBe(true)
  },
)

it.for([
  FILE.replace('1', '2'),
  FILE.replace('"2"', '2'),
  FILE.replace('a: 1\n', ''),
  'a: 1\nb:\n  - e\n  - c: x\n    d: "2"\n',
  `${FILE}---\na: 1\n`,
  `${FILE}f: {{ .x }}\n`,
  'a: &x 1\n',
  '',
])('what says something else, or is not plain, is not: %j', (other) => {
  expect(isSameYaml(FILE, other)).toBe(false)
  expect(isSameYaml(other, FILE)).toBe(false)
})

it('a document that is a text counts as what it says', () => {
  expect(isSameYaml('x\n', '---\nx # why\n')).toBe(true)
  expect(isSameYaml('x\n', 'y\n')).toBe(false)
  expect(isSameYaml('x\n', '')).toBe(false)
})
