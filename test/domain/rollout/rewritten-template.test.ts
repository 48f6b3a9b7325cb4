import { describe, expect, it } from 'vitest'
import { isRewrittenAlike, matchTemplate, rewrittenFields, type LiveTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

function pod(container: object = {}, labels: object = {}): object {
  return { metadata: { labels: { app: 'web', ...labels } }, spec: { containers: [{ name: 'main', image: 'web:2', ...container }] } }
}

const live = (template: object): LiveTemplate => ({ template: new Sealed(template), ephemeralMetadata: undefined })
const manyLabels = (count: number, value = 'x'): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, value]))

describe('a template that differs', () => {
  it.each([
    [19, 19, true],
    [20, 20, true],
    [21, 20, false],
    [600, 20, false],
  ])('in %i fields shows %i of them, and whether these are all: %s', (count, shown, complete) => {
    const found = matchTemplate(new Sealed(pod({}, manyLabels(count))), live(pod()))
    expect(found).toEqual({ result: 'differs', paths: expect.any(Array), complete })
    expect(found.result === 'differs' && found.paths).toHaveLength(shown)
  })
})

describe('a field that is rewritten on the way in', () => {
  const env = (value: string): object => ({ env: [{ name: 'A', value }] })
  const limits = (cpu: string): object => ({ resources: { limits: { cpu } } })

  it.each<[string, object, object, object]>([
    ['it was changed itself', { image: 'web:2' }, { image: 'mirror/web:2' }, { image: 'mirror/web:1' }],
    ['an item in it was changed', {}, env('1'), env('2')],
    ['the list that it stands in was added', env('1'), env('2'), {}],
    ['a field in it was changed', {}, limits('1'), limits('2')],
    ['the mapping that it stands in was added', limits('1'), limits('2'), {}],
  ])('proves nothing where, between the versions, %s', (_, rendered, running, other) => {
    expect(rewrittenFields(new Sealed(pod(rendered)), live(pod(running)), live(pod(other)))).toBeUndefined()
    const before = { rendered: new Sealed(pod(other)), live: live(pod(other)) }
    expect(isRewrittenAlike(before, { rendered: new Sealed(pod(rendered)), live: live(pod(running)) })).toBe(false)
  })

  it('is told apart from one whose name only begins alike', () => {
    const [rendered, running] = [pod({ imagePullPolicy: 'Always' }), pod({ imagePullPolicy: 'Never' })]
    const before = pod({ imagePullPolicy: 'Never', image: 'web:1' })
    expect(rewrittenFields(new Sealed(rendered), live(running), live(before))).toEqual(['spec.containers[main].imagePullPolicy'])
  })

  it('is not told where there is too much of it, or of what was changed, to show', () => {
    const many = manyLabels(600)
    expect(rewrittenFields(new Sealed(pod({}, many)), live(pod()), live(pod({ image: 'web:1' })))).toBeUndefined()
    expect(rewrittenFields(new Sealed(pod({ tty: true })), live(pod()), live(pod({}, many)))).toBeUndefined()
    const version = (labels: object) => ({ rendered: new Sealed(pod()), live: live(pod({}, labels)) })
    expect(isRewrittenAlike(version(many), version(many))).toBe(false)
    expect(isRewrittenAlike(version(manyLabels(3)), version(manyLabels(3)))).toBe(true)
  })
})
