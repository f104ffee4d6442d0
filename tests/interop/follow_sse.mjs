// Follows the changes with the official client, and says each thing that happens as a line of JSON.
// Arguments: address, what the Authorization header has, and "patient" to wait as the client does by itself
// between attempts, and for a line of input before following.
import { createClient, NetworkError } from 'graphql-sse';

const [url, authorization, patient] = process.argv.slice(2);
const say = (event, rest) => console.log(JSON.stringify({ event, ...rest }));

// The client asks for the headers each time that it connects: with the last cursor in them, it resumes.
let last;
const client = createClient({
  url,
  headers: () => ({ authorization, ...(last && { 'last-event-id': last }) }),
  ...(!patient && {
    retryAttempts: Infinity,
    retry: () => new Promise((resolve) => setTimeout(resolve, 100)),
  }),
  on: {
    connecting: (again) => again && say('reconnecting', {}),
    connected: (again) => say('connected', { again }),
  },
});

const ask = async (query, asking = client) => {
  const results = [];
  for await (const result of asking.iterate({ query })) results.push(result);
  return results;
};

const [{ data }] = await ask('{ viewer { roles } changeCursor }');
say('viewer', { roles: data.viewer.roles });

const [{ errors }] = await ask('{ nothing }');
say('error', { code: errors[0].extensions.code });

const stranger = createClient({ url, headers: { authorization: 'Bearer nobody' }, retryAttempts: 0 });
await ask('{ __typename }', stranger).catch((error) =>
  say('refused', { network: error instanceof NetworkError, status: error.response.status }),
);

last = data.changeCursor;
const query = `subscription {
  changes(types: [PROJECT]) { id cursor kind entityId node { ... on Project { title(language: EN) } } }
}`;
if (patient) {
  say('waiting', {});
  await new Promise((resolve) => process.stdin.once('data', resolve));
  process.stdin.pause();
}
say('following', {});
for await (const result of client.iterate({ query })) {
  if (result.errors) {
    say('ended', { code: result.errors[0].extensions.code });
    continue;
  }
  const { changes } = result.data;
  last = changes.cursor;
  say('change', changes);
  if (changes.node.title === 'stop') break;
}
say('completed', {});
client.dispose();
