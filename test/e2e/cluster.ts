import { existsSync, realpathSync } from 'node:fs'
import { delimiter } from 'node:path'
import { KubeConfig } from '@kubernetes/client-node'
import { connectionOf, type Connection } from '../../src/adapters/kubernetes/connection.ts'
import { BENCH } from './belongings.ts'
import { loadControlPlane, type ControlPlane } from './control-plane/control-plane.ts'
import { ADMIN_KUBECONFIG } from './control-plane/places.ts'
import { ARGOCD_NAMESPACE } from './control-plane/programs.ts'
import { lookAround } from './foreign.ts'
import { imagesOf, NO_IMAGES, type Images } from './images.ts'

const LOOPBACK = '127.0.0.1'

/** What a person says of a cluster of theirs. */
export interface ClusterChoice {
  /** The variable KUBECONFIG. */
  kubeconfig: string | undefined
  host: string | undefined
  argocdNamespace: string | undefined
  image: string | undefined
}

/** The cluster that the scenarios run on. */
export interface Cluster {
  /** For the first line of the output. */
  description: string
  /** As an administrator; the bench acts for people with it. */
  connection: Connection
  /** A kubeconfig for somebody else, by token. */
  kubeconfigFor(token: string): string
  /** The cluster as Applications name it. */
  destination: string
  argocdNamespace: string
  /** Where Kedge's account lives: never where a Kedge of somebody else may be. */
  kedgeNamespace: string
  versions: Readonly<Record<string, string>>
  /** The bench's own, with programs to kill and a kubelet to play with; undefined for anybody else's. */
  own: ControlPlane | undefined
  /** What the cluster calls this machine. */
  host: string
  images: Images
  /** How long a step may take, in milliseconds: a kubelet that pulls images takes longer than one that does not. */
  patienceMs: number
}

/**
 * The cluster of `KUBECONFIG`, in its current context, or the bench's own without. The bench's own file is the bench's own cluster.
 * @throws Error in one line that says what is missing
 */
export async function chooseCluster(choice: ClusterChoice): Promise<Cluster> {
  const { kubeconfig } = choice
  return kubeconfig === undefined || kubeconfig === '' || isOwn(kubeconfig) ? ownCluster() : await foreignCluster(choice, kubeconfig)
}

function isOwn(kubeconfig: string): boolean {
  return existsSync(kubeconfig) && existsSync(ADMIN_KUBECONFIG) && realpathSync(kubeconfig) === realpathSync(ADMIN_KUBECONFIG)
}

function ownCluster(): Cluster {
  const own = loadControlPlane()
  const config = new KubeConfig()
  config.loadFromFile(ADMIN_KUBECONFIG)
  const versions = Object.entries(own.versions).map(([part, version]) => `${part} ${version}`)
  return {
    description: `the bench's own control plane (${versions.join(', ')})`,
    connection: connectionOf(config),
    kubeconfigFor: (token) => kubeconfigOf(config, token),
    destination: own.server,
    argocdNamespace: ARGOCD_NAMESPACE,
    kedgeNamespace: 'kedge',
    versions: own.versions,
    own,
    host: LOOPBACK,
    images: NO_IMAGES,
    // Far longer than anything takes, also on a machine that does ten other things: only what never comes waits for it.
    patienceMs: 300_000,
  }
}

async function foreignCluster({ host, argocdNamespace, image }: ClusterChoice, kubeconfig: string): Promise<Cluster> {
  if (host === undefined) {
    throw new Error(
      `KUBECONFIG names ${kubeconfig}. To let the scenarios make namespaces, Applications and Kedge's account ` +
        `there, say with --host ADDRESS by which address that cluster and this machine reach this machine. ` +
        `To use the bench's own control plane instead, unset KUBECONFIG`,
    )
  }
  const config = readKubeconfig(kubeconfig)
  const connection = connectionOf(config)
  const found = await lookAround(connection, argocdNamespace)
  return {
    description:
      `context ${config.getCurrentContext()} of KUBECONFIG (${connection.server}, Kubernetes ${found.version}), ` +
      `Argo CD in ${found.argocdNamespace}; it reaches this machine as ${host}`,
    connection,
    kubeconfigFor: (token) => kubeconfigOf(config, token),
    destination: found.destination,
    argocdNamespace: found.argocdNamespace,
    kedgeNamespace: BENCH,
    versions: { kubernetes: found.version },
    own: undefined,
    host,
    images: imagesOf(image),
    patienceMs: 300_000,
  }
}

/** As kubectl reads the variable: several files are one. */
function readKubeconfig(kubeconfig: string): KubeConfig {
  const [config = new KubeConfig(), ...more] = kubeconfig
    .split(delimiter)
    .filter((file) => file !== '')
    .map((file) => {
      if (!existsSync(file)) throw new Error(`KUBECONFIG names ${file}, which is not there`)
      const read = new KubeConfig()
      read.loadFromFile(file)
      return read
    })
  for (const other of more) config.mergeConfig(other)
  return config
}

function kubeconfigOf(config: KubeConfig, token: string): string {
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw new Error(`the kubeconfig has no cluster for its context "${config.getCurrentContext()}"`)
  const theirs = new KubeConfig()
  theirs.loadFromOptions({
    clusters: [cluster],
    users: [{ name: 'kedge', token }],
    contexts: [{ name: 'kedge', cluster: cluster.name, user: 'kedge' }],
    currentContext: 'kedge',
  })
  return theirs.exportConfig()
}
