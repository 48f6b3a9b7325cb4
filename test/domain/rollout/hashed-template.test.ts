import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashEphemeral, hashSpec, hashTemplate, hashTexts } from '../../../src/domain/rollout/hashed-template.ts'
import { isRewrittenAlike, matchTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'

const hash = (text: string): string => `~${createHmac('sha256', 'key').update(text).digest('hex').slice(0, 16)}`

interface Case {
  rendered: unknown
  live: unknown
  ephemeral?: string
}

const inClear = ({ rendered, live, ephemeral }: Case) =>
  matchTemplate(new Sealed(rendered), { template: new Sealed(live), ephemeralMetadata: ephemeral })

const hashed = ({ rendered, live, ephemeral }: Case) =>
  matchTemplate(new Sealed(hashTemplate(rendered, hash)), {
    template: new Sealed(hashTemplate(live, hash)),
    ephemeralMetadata: ephemeral === undefined ? undefined : hashEphemeral(ephemeral, hash),
  })

const container = (more: object = {}): object => ({ name: 'main', image: 'web:1', ...more })
const template = (more: object = {}, metadata: object = {}): object => ({ metadata, spec: { containers: [container(more)] } })
const DEFAULTED = { imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }

const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }

describe('two templates of hashed values', () => {
  test.each<[string, Case, 'equal' | 'differs']>([
    ['defaults of the API server', { rendered: template(), live: template({ ...DEFAULTED, resources: {} }) }, 'equal'],
    ['another value than the default', { rendered: template(), live: template({ ...DEFAULTED, terminationMessagePath: '/x' }) }, 'differs'],
    [
      'a pull policy by the image',
      { rendered: template({ image: 'web' }), live: template({ image: 'web', imagePullPolicy: 'Always' }) },
      'equal',
    ],
    [
      'quantities by value',
      {
        rendered: template({ resources: { limits: { cpu: '1', memory: '1Gi' } } }),
        live: template({ resources: { limits: { cpu: '1000m', memory: '1024Mi' } } }),
      },
      'equal',
    ],
    [
      'a number for a quantity',
      { rendered: template({ resources: { limits: { cpu: 1 } } }), live: template({ resources: { limits: { cpu: '1' } } }) },
      'equal',
    ],
    [
      'another quantity',
      { rendered: template({ resources: { limits: { cpu: '1' } } }), live: template({ resources: { limits: { cpu: '2' } } }) },
      'differs',
    ],
    [
      'a port as text',
      {
        rendered: template({ livenessProbe: { httpGet: { port: '8080' } } }),
        live: template({ livenessProbe: { httpGet: { port: 8080, path: '/', scheme: 'HTTP' }, ...PROBE } }),
      },
      'equal',
    ],
    [
      'both names of a service account',
      { rendered: { spec: { serviceAccountName: 'web' } }, live: { spec: { serviceAccountName: 'web', serviceAccount: 'web' } } },
      'equal',
    ],
    [
      'environment by name',
      {
        rendered: template({
          env: [
            { name: 'A', value: 'a' },
            { name: 'B', value: 'b' },
          ],
        }),
        live: template({
          env: [
            { name: 'B', value: 'b' },
            { name: 'A', value: 'a' },
          ],
        }),
      },
      'equal',
    ],
    [
      'what the controller adds for a time',
      {
        rendered: template({}, { labels: { app: 'web' } }),
        live: template({}, { labels: { app: 'web', role: 'canary', 'rollouts-pod-template-hash': 'abc' } }),
        ephemeral: '{"labels":{"role":"canary"}}',
      },
      'equal',
    ],
    [
      'an empty value for none',
      { rendered: template({ env: [{ name: 'A', value: '' }] }), live: template({ env: [{ name: 'A' }] }) },
      'equal',
    ],
    ['an image', { rendered: template(), live: template({ image: 'web:2' }) }, 'differs'],
  ])('say what the templates say: %s', (_, given, result) => {
    const expected = inClear(given)
    expect(expected.result).toBe(result)
    expect(hashed(given)).toEqual(expected)
  })

  const text = fc.constantFrom('', 'a', 'b', 'File', 'TCP', '1', '1000m', '0', 'Always', 'web:1', '8080')
  const scalar = fc.oneof(text, fc.constantFrom(0, 1, 1000, 8080, true, false, null))
  const env = fc.array(fc.record({ name: fc.constantFrom('A', 'B'), value: text }), { maxLength: 3 })
  const probe = fc.record(
    { httpGet: fc.record({ port: scalar, path: scalar }, { requiredKeys: [] }), periodSeconds: scalar },
    { requiredKeys: [] },
  )
  const anyContainer = fc.record(
    {
      name: fc.constantFrom('main', 'other'),
      image: text,
      env,
      imagePullPolicy: text,
      terminationMessagePolicy: text,
      resources: fc.record({ limits: fc.dictionary(fc.constantFrom('cpu', 'memory'), scalar) }, { requiredKeys: [] }),
      livenessProbe: probe,
    },
    { requiredKeys: ['name'] },
  )
  const anyTemplate = fc.record(
    {
      metadata: fc.record({ labels: fc.dictionary(fc.constantFrom('app', 'role'), text) }, { requiredKeys: [] }),
      spec: fc.record(
        { containers: fc.array(anyContainer, { maxLength: 2 }), serviceAccountName: text, serviceAccount: text, nodeSelector: scalar },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['spec'] },
  )

  test('say what the templates say, whatever is in them', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (rendered, live) => {
        expect(hashed({ rendered, live })).toEqual(inClear({ rendered, live }))
      }),
      { numRuns: 1_000, seed: 7 },
    )
  })

  test('nested deeper than is compared are no more told apart than in clear', () => {
    const deep = (bottom: string): unknown => Array.from({ length: 20_000 }).reduce<unknown>((inner) => ({ inner }), bottom)
    const given = { rendered: { spec: deep('a') }, live: { spec: deep('b') } }
    expect([inClear(given), hashed(given)]).toEqual([{ result: 'unclear' }, { result: 'unclear' }])
  })

  test('are rewritten alike where the templates are', () => {
    const version = (image: string, made: (value: unknown) => unknown) => ({
      rendered: new Sealed(made(template({ image }))),
      live: { template: new Sealed(made(template({ image, env: [{ name: 'ADDED', value: 'x' }] }))), ephemeralMetadata: undefined },
    })
    const all = (made: (value: unknown) => unknown) => isRewrittenAlike(version('web:1', made), version('web:2', made))
    expect(all((value) => value)).toBe(true)
    expect(all((value) => hashTemplate(value, hash))).toBe(true)
  })
})

test('of the texts in a spec only images, names and usual values can be read', () => {
  const planted = 'planted-c0ffee'
  const secret = (more: object): object =>
    template({ env: [{ name: 'PASSWORD', value: planted }], args: [planted], ...more }, { annotations: { a: planted } })
  const spec = {
    template: secret({ command: [planted], image: `${planted} is no image` }),
    strategy: { canary: { steps: [{ note: planted }] } },
  }
  expect(JSON.stringify(hashSpec(spec, hash))).not.toContain(planted)
  const open = hashSpec({ replicas: 4, template: template({ env: [{ name: 'PASSWORD', value: planted }] }) }, hash)
  expect(open).toMatchObject({
    replicas: 4,
    template: { spec: { containers: [{ name: 'main', image: 'web:1', env: [{ name: 'PASSWORD' }] }] } },
  })
})

test('a name can be read only where items are found by it, and where it looks like one', () => {
  const containers = (...all: readonly unknown[]) => hashTemplate({ spec: { containers: all } }, hash)
  expect(containers({ name: 'main' }, { name: 'a b' }, { name: 5 }, {}, null, 'main')).toEqual({
    spec: { containers: [{ name: 'main' }, { name: hash('a b') }, { name: 5 }, {}, null, hash('main')] },
  })
  expect(hashTexts([{ name: 'main', undefined: 'text' }], hash)).toEqual([{ name: hash('main'), undefined: hash('text') }])
})
