import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createProgram } from '../../src/cli/program.ts'
import { createHostGuard } from '../../src/http/servers/hosts.ts'
import { SILENT } from '../../src/ports/log.ts'
import { createTerminal } from '../cli/terminal.ts'
import { blocksOf, helm, ofKind, parseObjects, render, theOne, WITHOUT_HELM, type Manifest } from './render.ts'

// What people paste from the pages has to fit to what the chart makes.

const LEDGER_PAGES = ['backup.md', 'ledger.md', 'signed-ledger.md', 'postgresql.md', 'cloudnativepg.md']
const PAGES = ['installation.md', 'upgrade.md', 'several-clusters.md', 'doctor.md', ...LEDGER_PAGES]
const read = (page: string): string => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
const manifestsOf = (page: string): readonly Manifest[] => blocksOf(page, '# kubectl apply').flatMap(parseObjects)
const podOf = (job: Manifest): Manifest => (job.spec.jobTemplate?.spec ?? job.spec).template.spec

it.each(PAGES)('every kedge command in %s is one that there is, with flags that it has', (page) => {
  const program = createProgram(createTerminal(), async () => undefined)
  const shell = [...read(page).matchAll(/```(?:sh)?\n(.*?)```/gs)].map(([, text = '']) => text).join('\n')
  const lines = [...shell.replaceAll('\\\n', ' ').matchAll(/(?:^|[^\w./-])kedge(?: --)? ([a-z][^#|>\n]*)/gm)].map(([, line = '']) => line)
  let seen = 0
  for (const line of lines.filter((one) => !/^(?:charts|-n|kedge)/.test(one) && !/^[a-z-]+\/?\s*(?:\\|create|get)/.test(one))) {
    const words = line.trim().split(/\s+/)
    let command = program
    while (command.commands.length > 0) {
      const next = command.commands.find((one) => one.name() === words[0])
      if (!next) break
      command = next
      words.shift()
    }
    // `kubectl create namespace kedge` and the like name no command.
    if (command === program) continue
    seen += 1
    const flags = words.flatMap((word) => /^--?[a-z][\w-]*/.exec(word)?.[0] ?? [])
    const known = command.options.flatMap(({ short, long }) => [short, long])
    expect([line, flags.filter((flag) => !known.includes(flag))]).toEqual([line, []])
  }
  expect(seen).toBeGreaterThan(0)
})

describe.runIf(helm)(`the Jobs in docs/backup.md${WITHOUT_HELM}`, () => {
  const chart = helm ? render('') : []
  const pod = helm ? theOne(chart, 'Deployment').spec.template : undefined
  const jobs = manifestsOf('backup.md')

  it('mount the claim and the configuration of the chart where the chart mounts them', () => {
    expect(jobs.map(({ kind }) => kind)).toEqual(['CronJob', 'Job'])
    for (const job of jobs) {
      const { volumes, containers } = podOf(job)
      expect(volumes[0].configMap.name).toBe(theOne(chart, 'ConfigMap').metadata.name)
      expect(volumes[1].persistentVolumeClaim.claimName).toBe(theOne(chart, 'PersistentVolumeClaim').metadata.name)
      const mounts = (container: Manifest): Manifest[] =>
        container.volumeMounts.filter(({ name }: Manifest) => ['config', 'data', 'tmp'].includes(name))
      expect(mounts(containers[0])).toEqual(mounts(pod.spec.containers[0]))
      expect(pod.spec.containers[0].env).toContainEqual(containers[0].env[0])
    }
  })

  it('run as the user of the chart, who owns the files, and on the node of its pod', () => {
    for (const job of jobs) expect(pod.spec.securityContext).toMatchObject(podOf(job).securityContext)
    const [wanted] = podOf(jobs[0]).affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution
    expect(pod.metadata.labels).toMatchObject(wanted.labelSelector.matchLabels)
  })
})

describe.runIf(helm)(`the login in docs/login.md${WITHOUT_HELM}`, () => {
  const [values = ''] = blocksOf('login.md', '# values.yaml')
  const objects = manifestsOf('login.md')
  const chart = helm ? render(values) : []

  it('leads from the Ingress to the proxy, and from there to the Service of the page', () => {
    const [ingress, deployment] = [theOne(objects, 'Ingress'), theOne(objects, 'Deployment')]
    const service = ofKind(chart, 'Service').find(({ metadata }) => !metadata.name.endsWith('webhooks'))
    expect(ingress.spec.rules[0].http.paths[0].backend.service.name).toBe(theOne(objects, 'Service').metadata.name)
    expect(deployment.spec.template.metadata.labels).toMatchObject(theOne(objects, 'Service').spec.selector)
    const { name, namespace } = service.metadata
    expect(deployment.spec.template.spec.containers[0].args).toContain(
      `--upstream=http://${name}.${namespace}.svc:${service.spec.ports[0].port}`,
    )
  })

  it('asks by a name that Kedge answers to, and by no other is it answered', () => {
    const { host, hosts } = parse(theOne(chart, 'ConfigMap').data['kedge.yaml']).server.api
    const publicHost = theOne(objects, 'Ingress').spec.rules[0].host
    const guard = createHostGuard({ host, hosts, publicHost }, { logger: SILENT, clock: { now: () => 0, elapsed: () => 0 } as never })
    const response = { writeHead: () => undefined, end: () => undefined } as unknown as ServerResponse
    const refuses = (name: string): boolean => guard.refuses({ headers: { host: name } } as IncomingMessage, response)
    expect(['kedge.acme.example', 'kedge.kedge.svc:8484', '127.0.0.1:8484', '10.1.2.3:8484'].filter(refuses)).toEqual([])
    expect(['evil.example', 'kedge.acme.example.evil.example', 'kedge:8484'].filter(refuses)).toHaveLength(3)
  })
})
