/* A program of the real Agents SDK for Node that knows nothing of being watched: a coordinator and a researcher. */
import { Agent, run } from '@openai/agents';

const researcher = new Agent({ name: 'Researcher', model: 'says:no-headers' });
const coordinator = new Agent({
  name: 'Coordinator',
  model: 'calls-transfer_to_Researcher',
  handoffs: [researcher],
});
const result = await run(coordinator, 'When does the ferry leave?');
console.log(JSON.stringify({ final: result.finalOutput }));
process.exit(0);
