import { InvalidArgumentError, Option } from 'commander'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import type { AddCommand } from '../context.ts'
import { helpWith } from '../options.ts'
import type { CliIo } from '../terminal/io.ts'

interface RbacFlags {
  reads: 'rollouts' | 'applications' | 'all'
  namespaces?: readonly string[]
  installNamespace: string
  account: string
  pods?: boolean
  deployments?: boolean
}

/** `kedge rbac` and its flags. */
export const addRbac: AddCommand = (program, context, settle) => {
  program
    .command('rbac')
    .description('the account that Kedge needs in another cluster: read-only, ready to apply there; in its own cluster the chart makes one')
    .addOption(
      new Option('--reads <kinds>', 'what is in that cluster: Rollouts, Applications of Argo CD, or both')
        .choices(['rollouts', 'applications', 'all'])
        .default('rollouts'),
    )
    .option('--namespaces <names>', 'only these namespaces, with commas: Roles instead of a ClusterRole', parseNames)
    .option('--pods', 'may list pods, too, for clusters[].pods: the digests of images that really ran')
    .option('--deployments', 'may list Deployments, too, for clusters[].deployments: which serve beside a Rollout')
    .option('--install-namespace <name>', 'namespace of the account itself', parseName, 'kedge')
    .option('--account <name>', 'its name, and that of the roles', parseName, 'kedge-reader')
    .addHelpText(
      'after',
      helpWith(
        ['kedge rbac | kubectl --context east apply -f -', 'kedge rbac --namespaces shop,search | kubectl --context west apply -f -'],
        'docs/several-clusters.md goes on from there. Its token is made by that cluster, and is in nothing that is printed.',
      ),
    )
    .action((flags: RbacFlags) => settle(printRbac(flags, context.io)))
}

const READ = ['get', 'list', 'watch'] as const
/** By what there is to read. The chart's account has the same (charts/kedge, templates/rbac.yaml). */
const RULES = {
  rollouts: [
    { apiGroups: ['argoproj.io'], resources: ['rollouts', 'analysisruns', 'experiments'], verbs: READ },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: READ },
  ],
  applications: [{ apiGroups: ['argoproj.io'], resources: ['applications'], verbs: READ }],
} as const
/** Nothing is watched or read by name. */
const PODS = { apiGroups: [''], resources: ['pods'], verbs: ['list'] }
const DEPLOYMENTS = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['list'] }
const RBAC = 'rbac.authorization.k8s.io'

/** `kedge rbac`: a namespace, an account with its token, and roles that read what Kedge reads. @returns 0 */
async function printRbac(flags: RbacFlags, io: CliIo): Promise<ExitCode> {
  const { stringify } = await import('yaml')
  const objects = [...accountOf(flags), ...(flags.namespaces ?? [undefined]).flatMap((namespace) => rolesIn(namespace, flags))]
  io.stdout(objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'))
  return EXIT.fine
}

function accountOf({ installNamespace: namespace, account: name }: RbacFlags): readonly object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    // Kubernetes fills it in, and takes the token back where the Secret is deleted.
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: { name, namespace, annotations: { 'kubernetes.io/service-account.name': name } },
    },
  ]
}

function rolesIn(namespace: string | undefined, flags: RbacFlags): readonly object[] {
  const { reads, account: name, installNamespace, pods, deployments } = flags
  const kind = namespace === undefined ? 'ClusterRole' : 'Role'
  const metadata = { name, ...(namespace !== undefined && { namespace }) }
  const read = reads === 'all' ? [...RULES.rollouts, ...RULES.applications] : RULES[reads]
  const besides = reads === 'applications' ? [] : [...(pods ? [PODS] : []), ...(deployments ? [DEPLOYMENTS] : [])]
  const rules = [...read, ...besides]
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: installNamespace }],
    },
  ]
}

function parseName(text: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError('It is a name in small letters, digits and -.')
  return text
}

function parseNames(text: string): readonly string[] {
  return [...new Set(text.split(',').map((part) => parseName(part.trim())))]
}
