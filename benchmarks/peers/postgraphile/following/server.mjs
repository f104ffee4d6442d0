// node following/server.mjs URL PORT: PostGraphile's subscriptions on 127.0.0.1, until SIGTERM.
import { createServer } from "node:http";

import { PgSimplifyInflectionPreset } from "@graphile/simplify-inflection";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { context, lambda, listen } from "postgraphile/grafast";
import { jsonParse } from "postgraphile/@dataplan/json";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { extendSchema, gql } from "postgraphile/utils";

import { pool } from "../pool.mjs";

/** One row by the id that the event has, read as the subscriber. */
const changed = (resource) => ($event) => resource.get({ id: $event.get("id") });

const FollowingPlugin = extendSchema((build) => {
  const { participant, project } = build.pgResources;
  const subscriber = () => context().get("pgSubscriber");
  return {
    typeDefs: gql`
      type ParticipantChanged { participant: Participant }
      type ProjectChanged { project: Project }
      extend type Subscription {
        participantChanged(institution: UUID!): ParticipantChanged
        projectChanged: ProjectChanged
      }
    `,
    objects: {
      Subscription: {
        plans: {
          participantChanged: {
            subscribePlan(_, { $institution }) {
              const $topic = lambda($institution, (id) => `participant:${id}`);
              return listen(subscriber(), $topic, jsonParse);
            },
            plan: ($event) => $event,
          },
          projectChanged: {
            subscribePlan: () => listen(subscriber(), "project", jsonParse),
            plan: ($event) => $event,
          },
        },
      },
      ParticipantChanged: { plans: { participant: changed(participant) } },
      ProjectChanged: { plans: { project: changed(project) } },
    },
  };
});

const [url, port] = process.argv.slice(2);
const preset = {
  extends: [PostGraphileAmberPreset, PgSimplifyInflectionPreset],
  plugins: [FollowingPlugin],
  pgServices: [makePgService({ pool: pool(url), schemas: ["following"], pubsub: true })],
  schema: { defaultBehavior: "list -connection -insert -update -delete", pgOmitListSuffix: true },
  grafserv: { graphqlPath: "/graphql", graphiql: false, watch: false, websockets: true },
  grafast: {
    explain: false,
    context: (requested) => ({
      pgSettings: { "following.institution": requested.ws?.connectionParams?.institution ?? "" },
    }),
  },
};
const server = createServer({ keepAliveTimeout: 75_000 });
const serv = postgraphile(preset).createServ(grafserv);
await serv.addTo(server);
await serv.ready();
server.listen(Number(port), "127.0.0.1");
