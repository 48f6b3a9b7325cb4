import { Option, type Command } from 'commander'
import { HEALTH_STATUSES, SERVING_STATES, type RolloutFilter } from '../api/contract.ts'
import type { StatusOutput } from './commands/status.ts'
import type { CliContext, Settle } from './context.ts'
import { helpWith, outputOption, serverOption } from './options.ts'

/** Commands that ask a running Kedge: status, explain, trace, adopt. */
export function addAskingCommands(program: Command, context: CliContext, settle: Settle): void {
  addStatus(program, context, settle)
  program
    .command('explain')
    .description('why one Rollout stands as it stands: runs, measurements, commit, pull request, checks, policy')
    .argument('<rollout>', 'NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText('after', helpWith(['kedge explain checkout', 'kedge explain east/shop/checkout -o json']))
    .action(async (rollout: string, options: { server: string; output: 'text' | 'json' }) => {
      const { runExplain } = await import('./commands/explain.ts')
      await settle(runExplain({ rollout, ...options }, context))
    })
  program
    .command('trace')
    .description('where a commit or an image went: releases that had it, and what runs now')
    .argument('<commit or image>', 'a commit (4 hex digits or more), an image, or the end of one')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['table', 'json']))
    .addHelpText('after', helpWith(['kedge trace 9f31c2e', 'kedge trace checkout:v1.8.0']))
    .action(async (query: string, options: { server: string; output: 'table' | 'json' }) => {
      const { runTrace } = await import('./commands/trace.ts')
      await settle(runTrace({ query, ...options }, context))
    })
  program
    .command('adopt')
    .description('look after a release that was broken before Kedge first looked')
    .argument('<rollout>', 'NAME, NAMESPACE/NAME or CLUSTER/NAMESPACE/NAME')
    .option('--by <name>', 'who wants it, for the ledger; your user name where nothing is said')
    .addOption(serverOption(context.env))
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge adopt shop/checkout'],
        'Works on the machine that Kedge runs on (kubectl port-forward does), or with KEDGE_ADMIN_TOKEN.',
      ),
    )
    .action(async (rollout: string, options: { server: string; output: 'text' | 'json'; by?: string }) => {
      const { runAdopt } = await import('./commands/adopt.ts')
      await settle(runAdopt({ rollout, by: options.by, server: options.server, output: options.output }, context))
    })
}

function addStatus(program: Command, context: CliContext, settle: Settle): void {
  program
    .command('status')
    .description('what Git wants and what the clusters run, worst first')
    .option('-n, --namespace <name>', 'only of this namespace')
    .option('--cluster <name>', 'only of this cluster')
    .option('--name <name>', 'only Rollouts of this name')
    .addOption(new Option('--state <state>', 'only in this state').choices(SERVING_STATES))
    .addOption(new Option('--health <status>', 'only with this health, in the words of Argo CD').choices(HEALTH_STATUSES))
    .addOption(serverOption(context.env))
    .addOption(outputOption(['table', 'wide', 'json', 'name']))
    .addHelpText(
      'after',
      helpWith(
        ['kedge status', 'kedge status -n shop --state split -o name'],
        'Exit code 1 when something is split or ill, so a pipeline can wait on it.',
      ),
    )
    .action(async ({ server, output, ...filter }: { server: string; output: StatusOutput } & RolloutFilter) => {
      const { runStatus } = await import('./commands/status.ts')
      await settle(runStatus({ server, output, filter }, context))
    })
}
