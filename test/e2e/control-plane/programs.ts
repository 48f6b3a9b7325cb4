import { join } from 'node:path'
import type { Tools } from './build.ts'
import type { Keys } from './keys.ts'
import { ADMIN_KUBECONFIG, RUN } from './places.ts'
import type { Program } from './processes.ts'

export const PORTS = [
  'etcd',
  'etcdPeer',
  'api',
  'redis',
  'rolloutsMetrics',
  'rolloutsHealth',
  'repoServer',
  'repoServerMetrics',
  'controllerMetrics',
  'commitServer',
  'commitServerMetrics',
  'argocd',
  'argocdMetrics',
  'gitea',
] as const

export type Ports = Readonly<Record<(typeof PORTS)[number], number>>

/** Where Argo CD lives. */
export const ARGOCD_NAMESPACE = 'argocd'
/** Namespaces besides its own in which Applications may be. */
export const APPLICATION_NAMESPACES = ['team-*']

export interface Setting {
  tools: Tools
  keys: Keys
  ports: Ports
}

/** etcd and the API server: what everything else talks to. */
export function apiPrograms({ tools, keys, ports }: Setting): readonly Program[] {
  const etcd = `http://127.0.0.1:${ports.etcd}`
  return [
    {
      name: 'etcd',
      command: join(tools.kubernetes, 'server'),
      args: [
        `--data-dir=${join(RUN, 'etcd')}`,
        '--unsafe-no-fsync',
        `--listen-client-urls=${etcd}`,
        `--advertise-client-urls=${etcd}`,
        `--listen-peer-urls=http://127.0.0.1:${ports.etcdPeer}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${ports.etcdPeer}`,
        `--initial-cluster=default=http://127.0.0.1:${ports.etcdPeer}`,
      ],
    },
    {
      name: 'kube-apiserver',
      command: join(tools.kubernetes, 'kube-apiserver'),
      args: [
        `--etcd-servers=${etcd}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        `--secure-port=${ports.api}`,
        '--endpoint-reconciler-type=none',
        `--cert-dir=${keys.certificates}`,
        `--token-auth-file=${keys.tokenFile}`,
        '--authorization-mode=RBAC',
        '--disable-admission-plugins=ServiceAccount',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${keys.serviceAccountPublicKey}`,
        `--service-account-signing-key-file=${keys.serviceAccountKey}`,
        '--service-cluster-ip-range=10.96.0.0/16',
      ],
    },
  ]
}

/** Everything that only needs the API server. */
export function controllerPrograms(setting: Setting): readonly Program[] {
  const { tools, keys, ports } = setting
  return [
    {
      name: 'kube-controller-manager',
      command: join(tools.kubernetes, 'kube-controller-manager'),
      args: [
        `--kubeconfig=${ADMIN_KUBECONFIG}`,
        '--controllers=deployment,replicaset,namespace,serviceaccount,garbagecollector,endpointslice,job',
        `--service-account-private-key-file=${keys.serviceAccountKey}`,
        '--leader-elect=false',
        '--secure-port=0',
      ],
    },
    {
      name: 'kubelet',
      command: process.execPath,
      args: [join(import.meta.dirname, 'kubelet.ts'), `https://127.0.0.1:${ports.api}`, keys.caFile],
      env: { KUBELET_TOKEN: keys.adminToken },
    },
    {
      name: 'rollouts-controller',
      command: join(tools['argo-rollouts'], 'rollouts-controller'),
      args: [
        `--kubeconfig=${ADMIN_KUBECONFIG}`,
        '--namespace=argo-rollouts',
        '--leader-elect=false',
        `--metricsPort=${ports.rolloutsMetrics}`,
        `--healthzPort=${ports.rolloutsHealth}`,
      ],
    },
    ...argoCdPrograms(setting),
  ]
}

function argoCdPrograms(setting: Setting): readonly Program[] {
  const { ports } = setting
  return [
    {
      name: 'redis',
      command: 'redis-server',
      args: ['--port', String(ports.redis), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    },
    ...renderingPrograms(setting, argoCdShared(setting)),
    ...decidingPrograms(setting, argoCdShared(setting)),
  ]
}

/** What Argo CD's programs have in common. */
function argoCdShared({ tools, ports }: Setting) {
  const data = (name: string): string => join(RUN, 'argocd', name)
  return {
    command: join(tools['argo-cd'], 'cmd'),
    redis: `--redis=127.0.0.1:${ports.redis}`,
    env: {
      // repo-server and commit server call these by name.
      PATH: [join(RUN, 'bin'), tools.kustomize, tools.helm, process.env['PATH']].join(':'),
      ARGOCD_GPG_ENABLED: 'false',
      ARGOCD_TLS_DATA_PATH: data('tls'),
      ARGOCD_SSH_DATA_PATH: data('ssh'),
      ARGOCD_GNUPGHOME: data('gpg'),
      TMPDIR: data('tmp'),
    },
  }
}

type Shared = ReturnType<typeof argoCdShared>

/** Those that read Git, and write to it. */
function renderingPrograms({ ports }: Setting, { command, redis, env }: Shared): readonly Program[] {
  return [
    {
      name: 'argocd-repo-server',
      command,
      args: [
        redis,
        '--address=127.0.0.1',
        `--port=${ports.repoServer}`,
        '--metrics-address=127.0.0.1',
        `--metrics-port=${ports.repoServerMetrics}`,
        '--disable-tls',
        '--client-ca-path=',
      ],
      // By default a path below /tmp, which two control planes would share.
      env: {
        ...env,
        ARGOCD_BINARY_NAME: 'argocd-repo-server',
        KUBECONFIG: ADMIN_KUBECONFIG,
        ARGOCD_ASK_PASS_SOCK: join(RUN, 'ask-pass.sock'),
      },
    },
    {
      name: 'argocd-commit-server',
      command,
      args: [
        '--address=127.0.0.1',
        `--port=${ports.commitServer}`,
        '--metrics-address=127.0.0.1',
        `--metrics-port=${ports.commitServerMetrics}`,
      ],
      env: { ...env, ARGOCD_BINARY_NAME: 'argocd-commit-server' },
    },
  ]
}

/** Those that look at the cluster, and are asked. */
function decidingPrograms({ ports }: Setting, { command, redis, env }: Shared): readonly Program[] {
  const common = [redis, `--repo-server=127.0.0.1:${ports.repoServer}`, '--repo-server-plaintext', `--kubeconfig=${ADMIN_KUBECONFIG}`]
  const hydrator = ['--hydrator-enabled', `--commit-server=127.0.0.1:${ports.commitServer}`]
  const namespaces = [`--namespace=${ARGOCD_NAMESPACE}`, `--application-namespaces=${APPLICATION_NAMESPACES.join(',')}`]
  return [
    {
      name: 'argocd-application-controller',
      command,
      // argocd-cm's timeout.reconciliation reaches it as these, by its Deployment.
      args: [
        ...common,
        ...namespaces,
        ...hydrator,
        '--app-resync=10',
        '--app-resync-jitter=0',
        `--metrics-port=${ports.controllerMetrics}`,
      ],
      env: { ...env, ARGOCD_BINARY_NAME: 'argocd-application-controller' },
    },
    {
      name: 'argocd-server',
      command,
      args: [
        ...common,
        ...namespaces,
        '--hydrator-enabled',
        // argocd-cmd-params-cm's server.enable.proxy.extension reaches it as this, by its Deployment.
        '--enable-proxy-extension',
        '--insecure',
        '--address=127.0.0.1',
        `--port=${ports.argocd}`,
        `--metrics-port=${ports.argocdMetrics}`,
      ],
      env: { ...env, ARGOCD_BINARY_NAME: 'argocd-server' },
    },
  ]
}
