import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { until } from '../until.ts'
import type { Play } from './play.ts'
import type { Stage } from './stage.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** What `kedge argocd-cm` prints for the ConfigMap argocd-cm with these flags. */
export async function printedEntries(...flags: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'argocd-cm', ...flags])
  return (parse(stdout) as { data: Record<string, string> }).data
}

/** Merges keys into argocd-cm; null takes one out. */
export async function setArgocdCm({ api, cluster }: Stage, data: Readonly<Record<string, string | null>>): Promise<void> {
  await api.patch(`/api/v1/namespaces/${cluster.argocdNamespace}/configmaps/argocd-cm`, { data })
}

/** A link that Argo CD's API tells of an object. */
export interface SeenLink {
  kind: string
  link: string
}

const LINKED = ['Rollout', 'ReplicaSet', 'AnalysisRun']

interface Node {
  group?: string
  version: string
  kind: string
  namespace: string
  name: string
}

/**
 * The links to Kedge of an Application and of everything in its tree, by Argo CD's own API. `absent`: what should have one and has none,
 * and what has one and should not.
 */
export async function resourceLinks({ name, stage }: Play): Promise<{ links: readonly SeenLink[]; absent: readonly string[] }> {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await stage.argocd?.ask(`/api/v1/applications/${name}/${path}`)
    if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status} ${answer?.body.slice(0, 500)}`)
    return JSON.parse(answer.body)
  }
  const linkIn = (answer: unknown): string | undefined =>
    (answer as { items?: { title: string; url: string }[] }).items?.find(({ title }) => title === 'Kedge')?.url
  // The ConfigMap reaches the server a moment later.
  const application = await until(async () => linkIn(await ask('links')), { what: 'a link on the Application', timeoutMs: 20_000 })
  const links: SeenLink[] = [{ kind: 'Application', link: application }]
  const absent: string[] = []
  const { nodes = [] } = (await ask('resource-tree')) as { nodes?: readonly Node[] }
  for (const { group = '', version, kind, namespace, name: resourceName } of nodes) {
    const query = new URLSearchParams({ group, version, kind, namespace, resourceName })
    const link = linkIn(await ask(`resource/links?${query.toString()}`))
    if ((link !== undefined) !== LINKED.includes(kind)) absent.push(`${kind}/${resourceName}`)
    if (link !== undefined) links.push({ kind, link })
  }
  return { links, absent }
}
