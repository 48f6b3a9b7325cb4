import { describe, expect, test } from 'vitest'
import { changedFields } from '../../../src/domain/rollout/changed-fields.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

const SECRET = 'planted-c0ffee'

function spec(image: string, more: object = {}, rest: object = {}): Sealed {
  return new Sealed({ replicas: 4, template: { spec: { containers: [{ name: 'main', image, ...more }] } }, ...rest })
}

describe('the fields of a Rollout that differ', () => {
  test('are told by path, and images with their values', () => {
    const before = spec('web:1', { env: [{ name: 'PASSWORD', value: SECRET }] })
    const after = spec('web:2', { env: [{ name: 'PASSWORD', value: `${SECRET}2` }] }, { strategy: { canary: { steps: [] } }, replicas: 5 })
    const found = changedFields(before, after)
    expect(found).toEqual({
      fields: [
        { path: 'replicas' },
        { path: 'template.spec.containers[main].image', image: { before: 'web:1', after: 'web:2' } },
        { path: 'template.spec.containers[main].env[PASSWORD].value' },
        { path: 'strategy' },
      ],
      complete: true,
    })
    expect(JSON.stringify(found)).not.toContain(SECRET)
  })

  test('are none where a quantity is only written otherwise', () => {
    const resources = (cpu: string): object => ({ resources: { limits: { cpu } } })
    expect(changedFields(spec('web:1', resources('1')), spec('web:1', resources('1000m')))).toEqual({ fields: [], complete: true })
  })

  test('are told of a value that is written out, though the API server would put it there', () => {
    const path = 'template.spec.containers[main].terminationMessagePath'
    const written = spec('web:1', { terminationMessagePath: '/dev/termination-log' })
    expect(changedFields(spec('web:1'), written)).toEqual({ fields: [{ path }], complete: true })
    expect(changedFields(written, spec('web:1'))).toEqual({ fields: [{ path }], complete: true })
  })

  test('tell no image that does not look like one, nor the fields of a container as one', () => {
    const found = changedFields(spec('web:1'), spec(`web:1 ${SECRET}`, { image2: SECRET }))
    expect(found?.fields[0]).toEqual({ path: 'template.spec.containers[main].image', image: { before: 'web:1', after: undefined } })
    expect(JSON.stringify(found)).not.toContain(SECRET)
  })

  test('are cut, and said to be', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, index]))
    expect(changedFields(spec('web:1'), spec('web:1', {}, many))).toMatchObject({ complete: false, fields: { length: 50 } })
  })

  test('tell the image of each container by its name, and of those that have no place by name by their place', () => {
    const all = (...images: readonly string[]): Sealed => {
      const named = images.map((image, at) => ({ name: `c${at}`, image }))
      return new Sealed({ template: { spec: { containers: named, initContainers: named } } })
    }
    expect(changedFields(all('a:1', 'b:1'), all('a:1', 'b:2'))?.fields).toEqual([
      { path: 'template.spec.containers[c1].image', image: { before: 'b:1', after: 'b:2' } },
      { path: 'template.spec.initContainers[1].image', image: { before: 'b:1', after: 'b:2' } },
    ])
  })

  test('are not told where there are too many to be compared', () => {
    const wide = { args: Array.from({ length: 100_000 }, (_, index) => String(index)) }
    expect(changedFields(spec('web:1', wide), spec('web:1', wide))).toBeUndefined()
  })
})
