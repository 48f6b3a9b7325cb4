/** How the implementations of one port are held to what it promises. */
export interface HeldPort {
  /** The suite, in test/contract: file and function. */
  suite: readonly [string, string]
  /** Every file of src that fulfils it, and the test that runs the suite over it. */
  by: Readonly<Record<string, string>>
}

/** Ports with a suite. A new one, and a new implementation, has its line here. */
export const HELD: Readonly<Record<string, HeldPort>> = {
  AlertSource: {
    suite: ['alert-source.ts', 'describeAlertSource'],
    by: {
      'adapters/alerts/alertmanager/source.ts': 'adapters/alerts/contract.test.ts',
      'adapters/alerts/prometheus/source.ts': 'adapters/alerts/contract.test.ts',
      'adapters/alerts/memory/source.ts': 'adapters/alerts/contract.test.ts',
    },
  },
  Channel: {
    suite: ['channel.ts', 'describeChannel'],
    by: {
      'adapters/channels/memory/channel.ts': 'adapters/memory/memory.test.ts',
      'adapters/channels/slack/channel.ts': 'adapters/channels/slack/simulator.test.ts',
      'service/fence.ts': 'service/doors.test.ts',
      'service/join-channels.ts': 'service/doors.test.ts',
      'service/replaceable.ts': 'service/doors.test.ts',
    },
  },
  'Channel, only sent to': {
    suite: ['sending-channel.ts', 'describeSendingChannel'],
    by: {
      'adapters/channels/slack/webhook.ts': 'adapters/channels/slack/contract.test.ts',
      'adapters/channels/teams/channel.ts': 'adapters/channels/teams/teams.test.ts',
      'adapters/channels/webhook/channel.ts': 'adapters/channels/webhook/webhook.test.ts',
    },
  },
  CheckpointPlace: {
    suite: ['checkpoint-place.ts', 'describeCheckpointPlace'],
    by: { 'adapters/signing/places.ts': 'adapters/signing/contract.test.ts' },
  },
  Clock: {
    suite: ['clock.ts', 'describeClock'],
    by: {
      'adapters/system/clock.ts': 'adapters/system/clock.test.ts',
      'adapters/replay/virtual-clock.ts': 'adapters/replay/virtual-clock.test.ts',
    },
  },
  ClusterView: {
    suite: ['cluster-view.ts', 'describeClusterView'],
    by: {
      'adapters/kubernetes/cluster-view.ts': 'adapters/kubernetes/contract.test.ts',
      'adapters/kubernetes/store.ts': 'adapters/kubernetes/contract.test.ts',
      'adapters/kubernetes/recorded-view.ts': 'adapters/kubernetes/recorded-view.test.ts',
    },
  },
  GitRepositories: {
    suite: ['git-repositories.ts', 'describeGitRepositories'],
    by: {
      'adapters/git/repositories.ts': 'service/doors.test.ts',
      'service/fence.ts': 'service/doors.test.ts',
      'service/follow-moves.ts': 'service/doors.test.ts',
      'reconcile/trace/traces.ts': 'service/doors.test.ts',
    },
  },
  GitRepository: {
    suite: ['git-repository.ts', 'describeGitRepository'],
    by: {
      'adapters/git/repository.ts': 'adapters/git/over-file.test.ts',
      'adapters/git/memo.ts': 'adapters/git/over-file.test.ts',
      'service/fence.ts': 'service/git-doors.test.ts',
      'service/follow-moves.ts': 'service/git-doors.test.ts',
      'reconcile/trace/traces.ts': 'service/git-doors.test.ts',
    },
  },
  HeldLedger: {
    suite: ['held-ledger.ts', 'describeHeldLedger'],
    by: {
      'adapters/ledgers/memory/memory-ledger.ts': 'adapters/ledgers/held-ledger.test.ts',
      'adapters/ledgers/postgres/postgres-ledger.ts': 'adapters/ledgers/postgres/election.test.ts',
      'adapters/ledgers/sqlite/sqlite-ledger.ts': 'adapters/ledgers/held-ledger.test.ts',
    },
  },
  HostedForges: {
    suite: ['forge.ts', 'describeForge'],
    by: {
      'service/fence.ts': 'service/doors.test.ts',
      'service/join-forges.ts': 'service/doors.test.ts',
      'service/replaceable.ts': 'service/doors.test.ts',
    },
  },
  ImageRegistry: {
    suite: ['image-registry.ts', 'describeImageRegistry'],
    by: {
      'adapters/registries/registry.ts': 'adapters/registries/contract.test.ts',
      'service/replaceable.ts': 'adapters/registries/contract.test.ts',
    },
  },
  Inbox: {
    suite: ['inbox.ts', 'describeInbox'],
    by: {
      'adapters/ledgers/memory/inbox.ts': 'adapters/ledgers/memory/contract.test.ts',
      'adapters/ledgers/postgres/inbox.ts': 'adapters/ledgers/postgres/contract.test.ts',
      'adapters/ledgers/sqlite/inbox.ts': 'adapters/ledgers/sqlite/contract.test.ts',
    },
  },
  IncomingInteraction: {
    suite: ['incoming-interaction.ts', 'describeIncomingInteraction'],
    by: { 'adapters/channels/slack/interaction.ts': 'adapters/channels/slack/contract.test.ts' },
  },
  IncomingWebhook: {
    suite: ['incoming-webhook.ts', 'describeIncomingWebhook'],
    by: {
      'adapters/alerts/alertmanager/webhook.ts': 'adapters/alerts/webhook-contract.test.ts',
      'adapters/forges/gitea/webhook.ts': 'adapters/forges/incoming-webhook.test.ts',
      'adapters/forges/github/webhook.ts': 'adapters/forges/incoming-webhook.test.ts',
      'adapters/forges/gitlab/webhook.ts': 'adapters/forges/incoming-webhook.test.ts',
      'adapters/forges/memory/manifest.ts': 'adapters/forges/incoming-webhook.test.ts',
    },
  },
  LeaderElection: {
    suite: ['leader-election.ts', 'describeLeaderElection'],
    by: { 'adapters/ledgers/postgres/postgres-ledger.ts': 'adapters/ledgers/postgres/election.test.ts' },
  },
  Ledger: {
    suite: ['ledger-around.ts', 'describeLedgerAround'],
    by: {
      'http/metrics/metered-ledger.ts': 'http/metrics/ledgers-around.test.ts',
      'reconcile/trace/decision-log.ts': 'http/metrics/ledgers-around.test.ts',
      'reconcile/ledger/open-ledger.ts': 'http/metrics/ledgers-around.test.ts',
    },
  },
  LedgerCheckpoint: {
    suite: ['ledger-checkpoint.ts', 'describeCheckpoint'],
    by: {
      'adapters/ledgers/memory/checkpoint.ts': 'adapters/ledgers/memory/contract.test.ts',
      'adapters/ledgers/postgres/checkpoint.ts': 'adapters/ledgers/postgres/contract.test.ts',
      'adapters/ledgers/sqlite/checkpoint.ts': 'adapters/ledgers/sqlite/contract.test.ts',
    },
  },
  LedgerStore: {
    suite: ['ledger.ts', 'describeLedger'],
    by: {
      'adapters/ledgers/memory/memory-ledger.ts': 'adapters/ledgers/memory/contract.test.ts',
      'adapters/ledgers/postgres/postgres-ledger.ts': 'adapters/ledgers/postgres/contract.test.ts',
      'adapters/ledgers/sqlite/sqlite-ledger.ts': 'adapters/ledgers/sqlite/contract.test.ts',
    },
  },
  LiveTemplates: {
    suite: ['live-templates.ts', 'describeLiveTemplates'],
    by: {
      'adapters/kubernetes/read-live.ts': 'adapters/kubernetes/live-template.test.ts',
      'adapters/kubernetes/recorded-view.ts': 'adapters/kubernetes/live-template.test.ts',
    },
  },
  Logger: {
    suite: ['log.ts', 'describeLogger'],
    by: {
      'adapters/system/log.ts': 'adapters/system/log.test.ts',
      'cli/terminal/trouble-log.ts': 'cli/terminal/trouble-log.test.ts',
      'ports/log.ts': 'ports/stand-ins.test.ts',
      'service/replaceable.ts': 'service/doors.test.ts',
    },
  },
  Renderer: {
    suite: ['renderer.ts', 'describeRenderer'],
    by: {
      'adapters/renderers/argocd/renderer.ts': 'adapters/renderers/argocd/contract.test.ts',
      'adapters/renderers/directory/renderer.ts': 'adapters/renderers/directory/contract.test.ts',
      'adapters/renderers/recorded/renderer.ts': 'adapters/renderers/recorded/contract.test.ts',
      'service/join-renderers.ts': 'service/doors.test.ts',
      'service/replaceable.ts': 'service/doors.test.ts',
    },
  },
  Signing: {
    suite: ['signing.ts', 'describeSigning'],
    by: { 'adapters/signing/signing.ts': 'adapters/signing/contract.test.ts' },
  },
  Tracer: {
    suite: ['tracer.ts', 'describeTracer'],
    by: { 'adapters/otlp/tracer.ts': 'adapters/otlp/tracer.test.ts', 'ports/tracer.ts': 'ports/stand-ins.test.ts' },
  },
  VendorForge: {
    suite: ['forge.ts', 'describeForge'],
    by: {
      'adapters/forges/gitea/forge.ts': 'adapters/forges/gitea/simulator.test.ts',
      'adapters/forges/github/forge.ts': 'adapters/forges/github/simulator.test.ts',
      'adapters/forges/gitlab/forge.ts': 'adapters/forges/gitlab/simulator.test.ts',
      'adapters/forges/memory/forge.ts': 'adapters/memory/memory.test.ts',
      'service/join-forges.ts': 'service/doors.test.ts',
    },
  },
  VendorForges: {
    suite: ['vendor-forges.ts', 'describeVendorForges'],
    by: {
      'adapters/forges/gitea/forges.ts': 'adapters/forges/vendor-forges.test.ts',
      'adapters/forges/github/forges.ts': 'adapters/forges/vendor-forges.test.ts',
      'adapters/forges/gitlab/forges.ts': 'adapters/forges/vendor-forges.test.ts',
      'adapters/forges/memory/forges.ts': 'adapters/forges/vendor-forges.test.ts',
    },
  },
}

/** What of src/ports has functions and no suite of its own, and why. */
export const NO_SUITE: Readonly<Record<string, string>> = {
  // A part of another port, which the suite of that one holds.
  Forges: 'HostedForges, as the loop sees them',
  Forge: 'VendorForge with the markup of its manifest',
  Hosting: 'what HostedForges and VendorForges share',
  WatchObserver: 'told by ClusterView; who counts is tested in test/http/metrics/metrics.test.ts and test/service/wiring.test.ts',
  // What somebody hands in to a port and is called by it.
  Candidate: 'handed in to LeaderElection',
  ForgeSite: 'handed in to ForgeManifest.open',
  ForgeLook: 'handed in to ForgeManifest.examine',
  ChannelSite: 'handed in to ChannelManifest.open',
  AlertSite: 'handed in to AlertManifest.open',
  LedgerSite: 'handed in to LedgerManifest.open: a Clock, and chance',
  LedgerLook: 'handed in to LedgerManifest.examine',
  TakeNewest: 'handed in to LedgerStore.verify',
  Taking: 'handed in to LedgerCheckpoint.resume',
  TracedWork: 'handed in to Tracer',
  Within: 'handed out by LeaderElection',
  FirstAnswers: 'handed in to FirstSteps',
  IncomingDelivery: 'handed in to IncomingWebhook and IncomingInteraction',
  SecretReader: 'one fulfils it: test/config',
  // What a vendor says of itself: data, and the openers of what has a suite.
  SigningManifest: 'a part of manifests',
  LocatedManifest: 'a part of manifests',
  ForgeManifest: 'test/contract/forge.ts over what it opens; every key and secret of it in test/service/every-key.test.ts',
  ChannelManifest: 'test/contract/channel.ts over what it opens; every key and secret of it in test/service/every-key.test.ts',
  RendererManifest: 'test/contract/renderer.ts over what it opens; every key and secret of it in test/service/every-key.test.ts',
  AlertManifest: 'test/contract/alert-source.ts over what it opens; every key and secret of it in test/service/every-key.test.ts',
  LedgerManifest: 'test/contract/ledger.ts over what it opens',
  FirstSteps: 'what `kedge init` writes is loaded again, for every vendor: test/cli/init.test.ts',
  LedgerAnew: 'one fulfils it: test/cli/ledger-restore.test.ts',
}
