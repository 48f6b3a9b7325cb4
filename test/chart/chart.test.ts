import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../src/config/load.ts'
import { CHART, runHelm } from '../../tools/chart/helm.ts'
import { CHANGES } from '../config/changes-of-the-start.ts'
import { helm, ofKind, render, theOne, valueSets, WITHOUT_HELM, type Manifest } from './render.ts'

const podsOf = (objects: readonly Manifest[]): { pod: Manifest; labels: Record<string, string> }[] => [
  ...ofKind(objects, 'Deployment').map(({ spec }) => ({ pod: spec.template.spec, labels: spec.template.metadata.labels })),
  ...ofKind(objects, 'Pod').map(({ spec, metadata }) => ({ pod: spec, labels: metadata.labels })),
]
const matches = (selector: Record<string, string>, labels: Record<string, string>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

describe.runIf(helm)(`the chart${WITHOUT_HELM}`, () => {
  describe.each(valueSets())('with $name', ({ yaml }) => {
    const objects = helm ? render(yaml) : []

    it('gives every object the labels of its release, and its namespace', () => {
      for (const { kind, metadata } of objects.filter((object) => !object.metadata.name.endsWith('-extra'))) {
        expect(metadata.labels).toMatchObject({
          'app.kubernetes.io/name': 'kedge',
          'app.kubernetes.io/instance': 'kedge',
          'app.kubernetes.io/part-of': 'kedge',
          'app.kubernetes.io/managed-by': 'Helm',
        })
        expect(metadata.namespace ?? 'of no namespace').toMatch(
          kind.startsWith('Cluster') ? 'of no namespace' : /^(?:kedge|argocd|shop|search)$/,
        )
      }
    })

    it('meets the Pod Security Standard "restricted", and mounts no more than it says', () => {
      for (const { pod } of podsOf(objects)) {
        expect(pod).toMatchObject({
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          enableServiceLinks: false,
        })
        for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod[field]).toBeUndefined()
        for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
          expect(container.securityContext).toEqual({
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          })
          expect(container.ports?.some((port: Manifest) => port.hostPort) ?? false).toBe(false)
        }
        const kinds = pod.volumes.flatMap((volume: Manifest) => Object.keys(volume).filter((key) => key !== 'name'))
        expect(new Set(['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret', ...kinds]).size).toBe(4)
      }
    })

    it('has selectors that find the pod of the service, and never that of the doctor', () => {
      const deployment = theOne(objects, 'Deployment')
      const labels = deployment.spec.template.metadata.labels
      const doctor = theOne(objects, 'Pod').metadata.labels
      const selectors = [
        deployment.spec.selector.matchLabels,
        ...ofKind(objects, 'Service').map(({ spec }) => spec.selector),
        ...ofKind(objects, 'NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels),
      ]
      expect(selectors.filter((selector) => !matches(selector, labels) || matches(selector, doctor))).toEqual([])
      for (const { spec } of ofKind(objects, 'ServiceMonitor')) {
        const found = ofKind(objects, 'Service').filter(({ metadata }) => matches(spec.selector.matchLabels, metadata.labels))
        expect(found.map(({ metadata }) => metadata.name)).toEqual(['kedge'])
      }
    })

    it('has ports, volumes and accounts that name one another', () => {
      const { pod } = podsOf(objects)[0]!
      const [container] = pod.containers
      const named = new Set(container.ports.map((port: Manifest) => port.name))
      for (const { spec } of ofKind(objects, 'Service')) for (const port of spec.ports) expect(named).toContain(port.targetPort)
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) expect(named).toContain(container[probe].httpGet.port)
      const volumes = pod.volumes.map((volume: Manifest) => volume.name)
      expect(container.volumeMounts.map((mount: Manifest) => mount.name).filter((name: string) => !volumes.includes(name))).toEqual([])
      expect(theOne(objects, 'ServiceAccount').metadata.name).toBe(pod.serviceAccountName)
      for (const { spec } of ofKind(objects, 'Ingress')) {
        expect(
          spec.rules.flatMap((rule: Manifest) => rule.http.paths).map((path: Manifest) => [path.path, path.backend.service.name]),
        ).toEqual([['/webhooks', 'kedge-webhooks']])
      }
      for (const { spec } of ofKind(objects, 'HTTPRoute')) {
        expect(spec.rules.flatMap((rule: Manifest) => rule.backendRefs).map((backend: Manifest) => backend.name)).toEqual([
          'kedge-webhooks',
        ])
      }
    })

    it('has one writer for a ledger in a file, and two replicas, one of which always stays, for one in PostgreSQL', () => {
      const isShared = yaml.includes('type: postgres')
      const { spec } = theOne(objects, 'Deployment')
      expect([spec.replicas, spec.strategy]).toEqual(
        isShared ? [2, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }] : [1, { type: 'Recreate' }],
      )
      expect(ofKind(objects, 'PodDisruptionBudget').map((budget) => budget.spec.minAvailable)).toEqual(isShared ? [1] : [])
    })

    it('makes no Secret, and names them only as mounts', () => {
      expect(ofKind(objects, 'Secret')).toEqual([])
      for (const { pod } of podsOf(objects)) {
        for (const container of pod.containers) expect(JSON.stringify([container.env, container.envFrom])).not.toContain('secretKeyRef')
      }
    })

    it('writes a configuration that Kedge takes', () => {
      const folder = mkdtempSync(join(tmpdir(), 'kedge-chart-'))
      try {
        const file = join(folder, 'kedge.yaml')
        writeFileSync(file, ofKind(objects, 'ConfigMap').find(({ data }) => data?.['kedge.yaml'])?.data['kedge.yaml'])
        const { faults, loaded } = checkConfig({ file, env: { KEDGE_SLACK_TOKEN: 'x' } }, { secrets: false })
        expect(faults).toEqual([])
        const ledger = loaded?.config.ledger
        const options = ledger?.options as { path?: string } | undefined
        expect([ledger?.name, options?.path]).toEqual(
          yaml.includes('type: postgres') ? ['postgres', undefined] : ['sqlite', '/var/lib/kedge/ledger.db'],
        )
        expect(loaded?.config.server).toMatchObject({ api: { host: '0.0.0.0', port: 8484 }, webhooks: { host: '0.0.0.0', port: 8485 } })
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    it('passes helm lint', () => {
      expect(runHelm(helm!, ['lint', '--strict', CHART, '--values', '-'], yaml)).toContain('0 chart(s) failed')
    })
  })

  it('observes by default', () => {
    expect(theOne(render('{}'), 'ConfigMap').data['kedge.yaml']).toContain('mode: observe')
  })

  const checksum = (yaml: string): string => theOne(render(yaml), 'Deployment').spec.template.metadata.annotations['checksum/config']

  it.each(Object.entries(CHANGES))('starts the pod anew when %s changes, which holds from the next start on', (_, change) => {
    expect(checksum(`config:\n${change.replaceAll(/^/gm, '  ')}`)).not.toBe(checksum('{}'))
  })

  it('lets all other changes of the configuration come to the pod that runs', () => {
    const more = 'defaults: { mode: notify }, argocd: { url: "https://argocd.example" }, server: { publicUrl: "https://kedge.example" }'
    expect(checksum(`config: { ${more} }\npodLabels: { a: b }`)).toBe(checksum('{}'))
  })

  it('keeps large whole numbers whole', () => {
    const { data } = theOne(render('config: { github: { app: { id: 123456789 } } }'), 'ConfigMap')
    expect(data['kedge.yaml']).toContain('id: 123456789\n')
  })

  it('lets only the webhooks in from outside', () => {
    const [webhooks, api] = theOne(render('{}'), 'NetworkPolicy').spec.ingress
    expect([webhooks.ports[0].port, webhooks.from]).toEqual(['webhooks', undefined])
    expect([api.ports[0].port, api.from]).toEqual(['api', [{ podSelector: {} }]])
  })

  it('with the ledger in PostgreSQL has no volume, mounts its Secret, and lets out to its port', () => {
    const yaml = 'config: { ledger: { type: postgres, urlFile: /etc/kedge/ledger/url } }\ncredentials: { ledger: { existingSecret: db } }\n'
    const objects = render(`${yaml}networkPolicy: { egress: { enabled: true } }`)
    expect(ofKind(objects, 'PersistentVolumeClaim')).toEqual([])
    const { volumes } = theOne(objects, 'Deployment').spec.template.spec
    expect(volumes).toContainEqual({ name: 'data', emptyDir: {} })
    expect(volumes).toContainEqual({ name: 'ledger-credentials', secret: expect.objectContaining({ secretName: 'db' }) as unknown })
    const ports = (rendered: readonly Manifest[]): number[] =>
      theOne(rendered, 'NetworkPolicy').spec.egress.flatMap((rule: Manifest) => rule.ports.map(({ port }: Manifest) => port))
    expect(ports(objects)).toContain(5432)
    expect(ports(render('networkPolicy: { egress: { enabled: true } }'))).not.toContain(5432)
    const { template, strategy } = theOne(render(`${yaml}replicaCount: 1\npersistence: { existingClaim: mirrors }`), 'Deployment').spec
    expect(template.spec.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: { claimName: 'mirrors' } })
    // One volume is not mounted by two pods, nor are its mirrors fetched into by both.
    expect(strategy).toEqual({ type: 'Recreate' })
  })

  it('keeps one of several replicas, each on a node of its own where it can be', () => {
    const postgres = 'config: { ledger: { type: postgres } }\n'
    const objects = render(`${postgres}replicaCount: 3`)
    const { spec } = theOne(objects, 'Deployment')
    expect(theOne(objects, 'PodDisruptionBudget').spec.selector).toEqual(spec.selector)
    const [apart] = spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution
    expect(apart.podAffinityTerm).toEqual({ topologyKey: 'kubernetes.io/hostname', labelSelector: spec.selector })
    const own = theOne(render(`${postgres}affinity: { nodeAffinity: {} }`), 'Deployment').spec.template.spec.affinity
    expect(own).toEqual({ nodeAffinity: {} })
    const one = render(`${postgres}replicaCount: 1`)
    expect([ofKind(one, 'PodDisruptionBudget'), theOne(one, 'Deployment').spec.template.spec.affinity]).toEqual([[], undefined])
  })

  it('can be named otherwise, as a whole', () => {
    const objects = render('fullnameOverride: anchor\nnamespaceOverride: tools')
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    expect(names.filter((name) => !/\/(?:tools-)?anchor/.test(name))).toEqual([])
    expect(theOne(objects, 'Deployment').metadata.namespace).toBe('tools')
  })

  it.each([
    ['a typo in the configuration', 'config: { defaults: { mdoe: pr } }', /config\/defaults.*mdoe/s],
    ['a mode that is not there', 'config: { defaults: { mode: auto } }', /config\/defaults\/mode/],
    ['a typo in the values', 'replicacount: 1', /replicacount/],
    ['a typo further down', 'persistence: { enabeld: false }', /enabeld/],
    ['two writers of one file', 'replicaCount: 2', /replicaCount.*maximum/s],
    [
      'one volume for two replicas',
      'config: { ledger: { type: postgres } }\npersistence: { existingClaim: mirrors }',
      /persistence\.existingClaim/,
    ],
    ['a file for a ledger in PostgreSQL', 'config: { ledger: { type: postgres, path: a } }', /config\/ledger/],
    ['a secret file that nothing mounts', 'config: { slack: { tokenFile: /etc/kedge/slack/token } }', /credentials\.slack\.existingSecret/],
    ['an Ingress for every host', 'webhooks: { ingress: { enabled: true } }', /webhooks\.ingress\.hostname/],
    ['a route without a Gateway', 'webhooks: { httproute: { enabled: true } }', /parentRefs/],
  ])('refuses %s', (_, yaml, words) => {
    expect(() => render(yaml)).toThrow(words)
  })

  it('says after the installation what to do next, and what is amiss', () => {
    const notes = (yaml: string): string =>
      runHelm(helm!, ['install', 'kedge', CHART, '--namespace', 'kedge', '--dry-run=client', '--values', '-'], yaml).replace(
        /^.*\nNOTES:\n/s,
        '',
      )
    expect(notes('{}')).toMatch(/mode "observe".*can write nothing of yours.*helm -n kedge test kedge.*kedge status.*no alert tells you/s)
    expect(notes('persistence: { enabled: false }')).toContain('WARNING: persistence.enabled is false')
    expect(notes('config: { defaults: { mode: notify } }')).toContain('WARNING: config.allow.repositories is empty')
  })

  it('runs the doctor as its test, under the account of the service', () => {
    const objects = render('{}')
    const doctor = theOne(objects, 'Pod')
    expect(doctor.metadata.annotations['helm.sh/hook']).toBe('test')
    expect(doctor.spec).toMatchObject({ serviceAccountName: 'kedge', restartPolicy: 'Never', containers: [{ args: ['doctor'] }] })
  })
})
