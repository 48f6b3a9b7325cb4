import { describe, expect, it } from 'vitest'
import {
  findBuiltUpon,
  releasedObjects,
  releasedPart,
  wholeObjects,
  type ReleasedHash,
  type RenderedObjects,
} from '../../../src/domain/application/rendered-objects.ts'

const ids = [
  ['apps/v1', 'Deployment', '', 'jobs'],
  ['argoproj.io/v1alpha1', 'Rollout', '', 'worker'],
  ['apps/v1', 'DaemonSet', '', 'agent'],
  ['v1', 'ConfigMap', '', 'config'],
  ['networking.k8s.io/v1', 'Ingress', '', 'public'],
  ['flink.apache.org/v1', 'FlinkDeployment', '', 'stream'],
].map((id) => JSON.stringify(id))

/** A letter for each of these objects; `-` for one that is not there. */
function state(text: string): RenderedObjects {
  const entries = text.split('').map((letter, index) => [ids[index] ?? '', letter] as const)
  return { digest: text, objects: new Map(entries.filter(([, letter]) => letter !== '-')) }
}

type States = [good: string, left: string, head: string, revert: string]
const asked = ([good, left, head, revert]: States, isRendered = true, isOwn = false): boolean =>
  findBuiltUpon({ good: state(good), left: state(left), head: state(head), revert: state(revert) }, { isRendered, isOwn }) !== undefined

it.each<[string, States]>([
  ['nothing has been changed since', ['aaa', 'baa', 'baa', 'aaa']],
  ['something else has been changed since', ['aaa', 'baa', 'bca', 'aca']],
  ['something else has come since', ['aa-', 'ba-', 'bac', 'aac']],
  ['something else has gone since', ['aaa', 'baa', 'b-a', 'a-a']],
  ['the revert changes nothing', ['aaa', 'baa', 'cda', 'cda']],
])('nobody has built upon the release where %s', (_, states) => {
  expect(asked(states)).toBe(false)
})

it.each<[string, States]>([
  ['what goes back has been changed since', ['aaa', 'baa', 'caa', 'aaa']],
  ['what goes back is nothing that was asked for at N', ['aaa', 'baa', 'bca', 'dca']],
  ['the revert changes what the release did not', ['aaa', 'baa', 'bca', 'aaa']],
])('somebody has where %s', (_, states) => {
  expect(asked(states)).toBe(true)
})

it.each<[string, States]>([
  ['a workload', ['aaaaaa', 'aaabaa', 'baabaa', 'baaaaa']],
  ['a Rollout', ['aaaaaa', 'aaabaa', 'ababaa', 'abaaaa']],
  ['what may run pods as well', ['aaaaaa', 'aaabaa', 'aaabab', 'aaaaab']],
])('somebody has where a ConfigMap goes back, and since then has been changed %s', (_, states) => {
  expect(asked(states)).toBe(true)
  expect(asked(states, true, true)).toBe(true)
  expect(asked(states, false)).toBe(true)
})

it('nobody has where a ConfigMap goes back, and what runs no pods has been changed since', () => {
  expect(asked(['aaaaaa', 'aaabaa', 'aaabba', 'aaaaba'])).toBe(false)
})

it.each<[string, States, object]>([
  ['has been changed since', ['aaaa', 'abaa', 'acaa', 'abaa'], { why: 'changed', object: 'Rollout worker' }],
  ['would become something new', ['aaa', 'baa', 'bca', 'dca'], { why: 'new', object: 'Deployment jobs' }],
  ['may need another', ['aaaa', 'aaab', 'baab', 'baaa'], { why: 'needs', object: 'Deployment jobs', goesBack: 'ConfigMap config' }],
])('what is told is the object that %s', (_, [good, left, head, revert], expected) => {
  const states = { good: state(good), left: state(left), head: state(head), revert: state(revert) }
  expect(findBuiltUpon(states, { isRendered: true, isOwn: false })).toMatchObject(expected)
})

it('what a manifest calls itself is one short line', () => {
  const id = JSON.stringify(['v1', 'Secret', 'shop\n', `${'x'.repeat(500)}\u001b[31m`])
  const states = ['a', 'b', 'c', 'a'].map((letter) => ({ digest: letter, objects: new Map([[id, letter]]) }))
  const [good, left, head, revert] = states
  if (!good || !left || !head || !revert) throw new Error('four states')
  const found = findBuiltUpon({ good, left, head, revert }, { isRendered: true, isOwn: false })
  expect(found).toMatchObject({ object: expect.stringMatching(/^Secret shop\/x{50,}…$/) })
  expect(JSON.stringify(typeof found === 'object' && found.object.length)).toBe('120')
})

it('Rollouts of the own Application are told by their templates', () => {
  const states: States = ['aaa', 'aba', 'aca', 'ada']
  expect(asked(states, true, true)).toBe(false)
  expect(asked(states)).toBe(true)
  expect(asked(['aaa', 'baa', 'caa', 'daa'], true, true)).toBe(true)
})

it('until the revert is rendered, what the release has changed tells', () => {
  expect(asked(['aaa', 'baa', 'bca', '---'], false)).toBe(true)
  expect(asked(['aaa', 'baa', 'bca', 'aaa'], false)).toBe(false)
  expect(asked(['aaa', 'baa', 'caa', 'aaa'], false)).toBe(true)
  expect(asked(['aaa', 'aaa', 'caa', 'aaa'], false)).toBe(false)
})

it('where objects are not told apart, all of it has to be as the release left it', () => {
  const [good, left, head, revert] = ['aaa', 'baa', 'bca', 'aca'].map((digest): RenderedObjects => ({ digest }))
  if (!good || !left || !head || !revert) throw new Error('four states')
  expect(findBuiltUpon({ good, left, head, revert }, { isRendered: true, isOwn: false })).toBe('untold')
  expect(findBuiltUpon({ good, left, head: left, revert }, { isRendered: true, isOwn: false })).toBeUndefined()
  expect(findBuiltUpon({ good, left: good, head, revert }, { isRendered: false, isOwn: false })).toBeUndefined()
})

it('how many pods there are is no part of a release, while there are some', () => {
  const rollout = (replicas: number | undefined, kind = 'Rollout') =>
    releasedPart({
      kind,
      apiVersion: 'argoproj.io/v1alpha1',
      metadata: { name: 'a' },
      spec: { ...(replicas !== undefined && { replicas }) },
    })
  expect(rollout(2)).toEqual(rollout(5))
  expect(JSON.stringify(rollout(undefined))).toBe(JSON.stringify(rollout(5)))
  expect(rollout(0)).not.toEqual(rollout(5))
  expect(rollout(2, 'Cache')).not.toEqual(rollout(5, 'Cache'))
  expect(releasedPart({ kind: 'Rollout', apiVersion: 'a/v1' })).toBeUndefined()
  expect(releasedPart('text')).toBeUndefined()
})

describe('how many pods a Deployment has is nothing to the Rollout that takes its template from it', () => {
  const objects = (replicas: number, { lender = 'web', namespace = '' }: { lender?: string; namespace?: string } = {}) => {
    const metadata = { name: 'web', ...(namespace !== '' && { namespace }) }
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas } }
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: lender }
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' }, spec: { workloadRef } }
    const parts = [deployment, rollout].map(releasedPart)
    const hashed = parts.map((one) => {
      if (!one) throw new Error('it has a name')
      const { id, borrows, part, lent } = one
      return { id, borrows, hash: JSON.stringify(part), ...(lent && { lent: JSON.stringify(lent) }) }
    })
    return releasedObjects(hashed, 'shop')
  }

  it('be it none', () => {
    expect(objects(0)).toEqual(objects(3))
    expect(objects(0, { namespace: 'shop' })).toEqual(objects(3, { namespace: 'shop' }))
  })

  it('and all the same where no Rollout does, or of another namespace', () => {
    expect(objects(0, { lender: 'other' })).not.toEqual(objects(3, { lender: 'other' }))
    expect(objects(0, { namespace: 'other' })).not.toEqual(objects(3, { namespace: 'other' }))
  })

  it('and nothing is told apart where two have one name, or one has none', () => {
    const one = { id: '["v1","ConfigMap","","a"]', hash: 'a' }
    expect(releasedObjects([one, one], 'shop')).toBeUndefined()
    expect(releasedObjects([one, undefined], 'shop')).toBeUndefined()
  })
})

describe('whole objects', () => {
  const hashed = (name: string, more: Partial<ReleasedHash> = {}): ReleasedHash => ({
    id: name,
    hash: 'released',
    whole: `all of ${name}`,
    templates: [],
    ...more,
  })

  it('are told by a hash of all of each, by its id', () => {
    const whole = new Map([
      ['a', 'all of a'],
      ['b', 'all of b'],
    ])
    expect(wholeObjects([hashed('a'), hashed('b', { templates: ['t'] })])).toEqual({ whole, templates: new Map([['b', ['t']]]) })
    expect(wholeObjects([])).toEqual({ whole: new Map(), templates: new Map() })
  })

  it('are what they are, though another takes its template from one', () => {
    const lent = hashed('["apps/v1","Deployment","","web"]', { lent: 'lent' })
    const rollout = hashed('["argoproj.io/v1alpha1","Rollout","","web"]', { borrows: lent.id })
    expect(releasedObjects([lent, rollout], 'shop')?.get(lent.id)).toBe('lent')
    expect(wholeObjects([lent, rollout]).whole?.get(lent.id)).toBe(lent.whole)
  })

  it.each<[string, readonly (ReleasedHash | undefined)[]]>([
    ['two have one id', [hashed('a'), hashed('b'), hashed('a', { whole: 'other' })]],
    ['two are the same', [hashed('a'), hashed('a')]],
    ['nothing is told of one', [hashed('a'), undefined]],
  ])('are not told at all where %s', (_, objects) => {
    expect(wholeObjects(objects)).toEqual({})
  })
})
