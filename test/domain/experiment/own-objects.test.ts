import { describe, expect, it } from 'vitest'
import { ANY_TEMPLATE } from '../../../src/domain/application/named-templates.ts'
import { areAlike, broughtBy, changedBeside, mayNeed } from '../../../src/domain/experiment/own-objects.ts'

const id = (kind: string, name: string, namespace = '', version = 'argoproj.io/v1alpha1'): string =>
  JSON.stringify([version, kind, namespace, name])
const whole = (...objects: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => new Map(objects)

const EXPERIMENT = id('Experiment', 'ab')
const TEMPLATE = id('AnalysisTemplate', 'search')
const ROLLOUT = id('Rollout', 'web')
const CONFIG = id('ConfigMap', 'web', '', 'v1')
const WANTED = { namespace: 'shop', name: 'ab', destination: 'shop' }
const NOBODY = new Map<string, readonly string[]>()

const BASE = [
  [ROLLOUT, 'r'],
  [CONFIG, 'c'],
] as const
const good = whole(...BASE)
const having = (...more: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => whole(...BASE, ...more)

describe('what a sync brought is', () => {
  it('an Experiment alone', () => {
    expect(broughtBy({ good, left: having([EXPERIMENT, 'e']), refers: NOBODY }, WANTED)).toEqual({ ids: [EXPERIMENT] })
  })

  it('an Experiment in another form', () => {
    const before = having([EXPERIMENT, 'e'])
    expect(broughtBy({ good: before, left: having([EXPERIMENT, 'f']), refers: NOBODY }, WANTED)).toEqual({ ids: [EXPERIMENT] })
  })

  it('an Experiment that names its namespace itself', () => {
    const named = id('Experiment', 'ab', 'shop')
    const wanted = { ...WANTED, destination: 'elsewhere' }
    expect(broughtBy({ good, left: having([named, 'e']), refers: NOBODY }, wanted)).toEqual({ ids: [named] })
  })

  it('an Experiment that names no namespace, with a template that names the one it is applied to', () => {
    const named = id('AnalysisTemplate', 'search', 'shop')
    const left = having([EXPERIMENT, 'e'], [named, 't'])
    expect(broughtBy({ good, left, refers: new Map([[EXPERIMENT, ['search']]]) }, WANTED)).toEqual({ ids: [EXPERIMENT, named] })
  })

  it('an Experiment with the AnalysisTemplates that it refers to, and those that these refer to', () => {
    const nested = id('AnalysisTemplate', 'nested')
    const refers = new Map([
      [EXPERIMENT, ['search', 'another']],
      [TEMPLATE, ['nested']],
    ])
    const left = having([EXPERIMENT, 'e'], [TEMPLATE, 't'], [nested, 'n'])
    expect(broughtBy({ good, left, refers }, WANTED)).toEqual({ ids: [EXPERIMENT, nested, TEMPLATE] })
  })
})

type State = Parameters<typeof broughtBy>[0]

it.each<[string, Partial<State>, string, string]>([
  ['the Experiment is not rendered', { left: good }, 'absent', 'does not render'],
  ['it is rendered in another namespace', { left: having([id('Experiment', 'ab', 'other'), 'e']) }, 'absent', 'does not render'],
  ['it is none of Argo', { left: having([id('Experiment', 'ab', '', 'ml.example/v1'), 'e']) }, 'absent', 'does not render'],
  ['two are rendered', { left: having([EXPERIMENT, 'e'], [id('Experiment', 'ab', 'shop'), 'e']) }, 'absent', 'more than one'],
  ['it was the same before', { good: having([EXPERIMENT, 'e']) }, 'same', 'as it is since'],
  ['another object is new', { left: having([EXPERIMENT, 'e'], [id('Service', 'a', '', 'v1'), 's']) }, 'more', 'Service a as well'],
  ['another object is gone', { left: whole([ROLLOUT, 'r'], [EXPERIMENT, 'e']) }, 'more', 'ConfigMap web as well'],
  ['another object differs', { left: whole([ROLLOUT, 'r'], [CONFIG, 'd'], [EXPERIMENT, 'e']) }, 'more', 'ConfigMap web as well'],
  [
    'an AnalysisTemplate differs that was there',
    { good: having([TEMPLATE, 't']), left: having([TEMPLATE, 'u'], [EXPERIMENT, 'e']), refers: new Map([[EXPERIMENT, ['search']]]) },
    'more',
    'AnalysisTemplate search as well',
  ],
  [
    'a ClusterAnalysisTemplate is new',
    { left: having([EXPERIMENT, 'e'], [id('ClusterAnalysisTemplate', 'search'), 't']), refers: new Map([[EXPERIMENT, ['search']]]) },
    'more',
    'ClusterAnalysisTemplate search as well',
  ],
  [
    'an AnalysisTemplate is new to which it does not refer',
    { left: having([EXPERIMENT, 'e'], [TEMPLATE, 't']) },
    'more',
    'does not refer to',
  ],
  [
    'an AnalysisTemplate of that name is new in another namespace',
    { left: having([EXPERIMENT, 'e'], [id('AnalysisTemplate', 'search', 'other'), 't']), refers: new Map([[EXPERIMENT, ['search']]]) },
    'more',
    'does not refer to',
  ],
  [
    'an AnalysisTemplate is new that refers to itself alone',
    { left: having([EXPERIMENT, 'e'], [TEMPLATE, 't']), refers: new Map([[TEMPLATE, ['search']]]) },
    'more',
    'does not refer to',
  ],
  [
    'something else refers to an AnalysisTemplate that is new',
    {
      left: having([EXPERIMENT, 'e'], [TEMPLATE, 't']),
      refers: new Map([
        [EXPERIMENT, ['search']],
        [ROLLOUT, ['search']],
      ]),
    },
    'more',
    'the Rollout web refers to the AnalysisTemplate search',
  ],
  [
    'something else may refer to anything',
    {
      left: having([EXPERIMENT, 'e'], [TEMPLATE, 't']),
      refers: new Map([
        [EXPERIMENT, ['search']],
        [CONFIG, [ANY_TEMPLATE]],
      ]),
    },
    'more',
    'the ConfigMap web refers to the AnalysisTemplate search',
  ],
])('nothing is told of what a sync brought where %s', (_, state, why, words) => {
  const asked = { good, left: having([EXPERIMENT, 'e']), refers: NOBODY, ...state }
  expect(broughtBy(asked, WANTED)).toMatchObject({ why, words: expect.stringContaining(words) })
})

it('objects are alike where they are the same in both states, or in neither', () => {
  expect(areAlike([EXPERIMENT, ROLLOUT], good, having())).toBe(true)
  expect(areAlike([EXPERIMENT], good, having([EXPERIMENT, 'e']))).toBe(false)
  expect(areAlike([ROLLOUT, EXPERIMENT], good, having([EXPERIMENT, 'e']))).toBe(false)
})

it('what else differs is named, whichever state it is in', () => {
  expect(changedBeside([EXPERIMENT], good, having([EXPERIMENT, 'e']))).toBeUndefined()
  expect(changedBeside([EXPERIMENT], having([CONFIG, 'd']), good)).toBe('ConfigMap web')
  expect(changedBeside([EXPERIMENT], good, whole([ROLLOUT, 'r']))).toBe('ConfigMap web')
})

describe('an AnalysisTemplate that would go may be needed by', () => {
  const left = having([EXPERIMENT, 'e'], [TEMPLATE, 't'])
  it.each<[string, string]>([
    ['a Rollout', ROLLOUT],
    ['what is of a group that is not of Kubernetes', id('Stage', 'prod', '', 'kargo.akuity.io/v1alpha1')],
  ])('%s that has changed since', (_, changed) => {
    expect(mayNeed([EXPERIMENT, TEMPLATE], left, new Map([...left, [changed, 'new']]))).toBeDefined()
  })

  it('nothing that runs nothing, and where none would go, nothing at all', () => {
    expect(mayNeed([EXPERIMENT, TEMPLATE], left, new Map([...left, [CONFIG, 'new']]))).toBeUndefined()
    expect(mayNeed([EXPERIMENT], left, new Map([...left, [ROLLOUT, 'new']]))).toBeUndefined()
  })
})
