import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchTemplate } from '../../../src/domain/rollout/template.ts'
import { Sealed } from '../../../src/domain/sealed.ts'
import { type Json, KEPT, live, match, template, kept, places, at, changed } from './templates.ts'

// Made by Kubernetes 1.36.3 itself: each template through the typed ReplicaSet and SetObjectDefaults_ReplicaSet.
describe.each(KEPT.map((one, index) => ({ ...one, index })))('a template as Kubernetes keeps it ($index)', ({ rendered, kept: full }) => {
  test('is what was rendered', () => expect(match(rendered, full)).toBe('equal'))

  test('is what was rendered with any of its defaults written out', () => {
    const written = places(full).filter((path) => path.length > 0 && typeof path.at(-1) === 'string')
    for (const path of written) {
      const [parent, name] = [path.slice(0, -1), path.at(-1) as string]
      let inner: Json | undefined
      try {
        inner = at(rendered, parent)
      } catch {
        continue
      }
      if (typeof inner !== 'object' || inner === null || Object.hasOwn(inner, name)) continue
      expect([path, match(changed(rendered, path, at(full, path)), full)]).toEqual([path, 'equal'])
    }
  })

  test('is not what was rendered once any text or number in that is another', () => {
    for (const path of places(rendered)) {
      const value = at(rendered, path)
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue
      const other = typeof value === 'string' ? `${value}x` : typeof value === 'number' ? value + 7 : !value
      expect(`${path.join('.')} ${match(changed(rendered, path, other), full)}`).not.toBe(`${path.join('.')} equal`)
    }
  })

  test('is not what was rendered once anything that means something is taken out of that', () => {
    const kin = places(rendered).filter((path) => path.length > 0)
    const silent = kin.filter((path) => match(changed(rendered, path, undefined), full) === 'equal')
    // What may go unnoticed is what the API server drops or puts back itself.
    for (const path of silent) expect([path, isSaidAnyway(path, at(rendered, path))]).toEqual([path, true])
  })
})

function isSaidAnyway(path: readonly (string | number)[], value: Json): boolean {
  if (saysNothing(value)) return true
  const defaults: Record<string, Json> = { restartPolicy: 'Always', path: '/', protocol: 'TCP', serviceAccount: 'old' }
  return defaults[String(path.at(-1))] === value
}

function saysNothing(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(saysNothing)
  return [null, '', 0, false].includes(value as null)
}

describe('a rendered template', () => {
  test('is the one that runs with defaults and the controller label', () => expect(match(template(), kept())).toBe('equal'))

  test('differs by path where something was changed, taken out or added', () => {
    expect(match(template({ image: 'web:2' }), kept())).toBe('spec.containers[main].image')
    expect(match(template({ env: [{ name: 'A', value: '1' }] }), kept())).toBe('spec.containers[main].env')
    expect(match(template(), kept({ env: [{ name: 'A', value: '1' }] }))).toBe('spec.containers[main].env')
    expect(match(template({ env: [{ name: 'A', value: '1' }] }), kept({ env: [{ name: 'A', value: '2' }] }))).toBe(
      'spec.containers[main].env[A].value',
    )
    expect(match(template({}, { labels: { app: 'web', team: 'x' } }), kept())).toBe('metadata.labels.team')
    expect(match(template(), kept({}, { team: 'x' }))).toBe('metadata.labels.team')
  })

  test('compares quantities by value, where they are quantities', () => {
    const resources = (cpu: unknown, memory: unknown): object => ({ resources: { limits: { cpu, memory } } })
    expect(match(template(resources(1, '1024Mi')), kept(resources('1', '1Gi')))).toBe('equal')
    expect(match(template(resources('1000m', '0.5Gi')), kept(resources('1', '512Mi')))).toBe('equal')
    expect(match(template(resources('0.0001', '1e3')), kept(resources('1m', '1k')))).toBe('equal')
    expect(match(template(resources('1', '1G')), kept(resources('1', '1Gi')))).toBe('spec.containers[main].resources.limits.memory')
    expect(match(template({ env: [{ name: 'A', value: '1' }] }), kept({ env: [{ name: 'A', value: '1000m' }] }))).toContain('env[A]')
  })

  test('compares ports by value', () => {
    const probe = (port: unknown): object => ({
      livenessProbe: { tcpSocket: { port }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
    })
    expect(match(template(probe('8080')), kept(probe(8080)))).toBe('equal')
    expect(match(template(probe('8081')), kept(probe(8080)))).toContain('port')
  })

  test('says that environment or containers stand in another order', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '$(A)' },
    ]
    const found = matchTemplate(new Sealed(template({ env })), live(kept({ env: env.toReversed() })))
    expect(found).toEqual({ result: 'equal', reordered: true })
    expect(matchTemplate(new Sealed(template({ env })), live(kept({ env })))).toEqual({ result: 'equal', reordered: false })
  })

  test('tells two variables of one name apart by their order', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ]
    expect(match(template({ env }), kept({ env: env.toReversed() }))).toContain('env[A')
  })

  test('allows what the controller says it has put in for the time being, and nothing else', () => {
    const ephemeral = JSON.stringify({ labels: { role: 'canary' } })
    expect(match(template(), kept({}, { role: 'canary' }), ephemeral)).toBe('equal')
    expect(match(template(), kept({}, { role: 'stable' }), ephemeral)).toBe('metadata.labels.role')
    expect(match(template(), kept({}, { role: 'canary', other: 'x' }), ephemeral)).toBe('metadata.labels.other')
    expect(match(template(), kept({}, { role: 'canary' }), 'not JSON')).toBe('metadata.labels.role')
  })

  test('allows the anti-affinity of the controller beside its own', () => {
    const term = (key: string): object => ({
      labelSelector: { matchExpressions: [{ key, operator: 'In', values: ['x'] }] },
      topologyKey: 'kubernetes.io/hostname',
    })
    const affinity = (...terms: object[]): object => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
    const withAffinity = (base: unknown, value: object): unknown => ({
      ...(base as object),
      spec: { ...(base as { spec: object }).spec, affinity: value },
    })
    const injected = term('rollouts-pod-template-hash')
    expect(match(template(), withAffinity(kept(), affinity(injected)))).toBe('equal')
    expect(match(withAffinity(template(), affinity(term('app'))), withAffinity(kept(), affinity(term('app'), injected)))).toBe('equal')
    expect(match(template(), withAffinity(kept(), affinity(term('app'))))).toContain('podAntiAffinity')
  })

  test('keeps false and zero apart from unset where Kubernetes does', () => {
    const pod = (base: unknown, more: object): unknown => ({ ...(base as object), spec: { ...(base as { spec: object }).spec, ...more } })
    expect(match(pod(template(), { automountServiceAccountToken: false }), kept())).toBe('spec.automountServiceAccountToken')
    expect(match(template(), pod(kept(), { automountServiceAccountToken: false }))).toBe('spec.automountServiceAccountToken')
    expect(match(pod(template(), { terminationGracePeriodSeconds: 0 }), kept())).toBe('spec.terminationGracePeriodSeconds')
    expect(match(pod(template(), { hostNetwork: false }), kept())).toBe('equal')
  })

  test('is not told where it would cost too much', () => {
    let deep: unknown = 'x'
    for (let level = 0; level < 10_000; level += 1) deep = [deep]
    expect(match(template({ command: deep }), kept({ command: deep }))).toBe('unclear')
    const wide = Array.from({ length: 100_000 }, (_, index) => String(index))
    expect(match(template({ command: wide }), kept({ command: wide }))).toBe('unclear')
    expect(match('text', 1)).toBe('')
  })

  test('never shows a value, nor a name that is none', () => {
    const secret = 'planted-c0ffee'
    const env = [
      { name: 'A', value: secret },
      { name: `${secret}\n`, value: 'x' },
    ]
    const rendered = new Sealed(template({ env, image: secret }))
    const found = matchTemplate(rendered, live(kept({ [`${secret} `]: 1 })))
    const shown = [inspect(found), inspect(rendered, { depth: 9, showHidden: true }), String(rendered)]
    expect(`${shown.join(' ')}${JSON.stringify({ found, rendered })}`).not.toContain(secret)
    expect(found.result).toBe('differs')
  })

  test('is taken for no other by names that all objects have', () => {
    const odd = JSON.parse('{"__proto__": {"x": 1}, "constructor": 1, "toString": "a"}') as object
    expect(match(template(odd), kept(odd))).toBe('equal')
    expect(match(template(odd), kept())).not.toBe('equal')
    expect(match(template(), kept(odd))).not.toBe('equal')
  })
})

describe('generated templates', () => {
  const value = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.string({ minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1 }),
      fc.constant(true),
      fc.array(tie('value'), { minLength: 1, maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { minKeys: 1, maxKeys: 3 }),
    ),
  })).value
  const spec = fc.dictionary(fc.constantFrom('env', 'args', 'resources', 'ports', 'x', 'volumes', 'metadata', 'livenessProbe'), value, {
    minKeys: 1,
  })

  test('are themselves with every default around them', () => {
    fc.assert(
      fc.property(spec, (container) => {
        expect(match(template(container), kept(container))).toBe('equal')
      }),
    )
  })

  test('are never themselves once one of their values is another', () => {
    fc.assert(
      fc.property(spec, fc.nat(), (container, seed) => {
        const leaves = places(container as Json).filter((path) => path.length > 0)
        const path = leaves[seed % leaves.length]!
        const other = changed(container as Json, path, 'another-value') as object
        expect(match(template(other), kept(container))).not.toBe('equal')
      }),
    )
  })
})
