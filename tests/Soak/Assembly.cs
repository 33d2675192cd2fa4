// The soak's own load is what shall run, and nothing beside it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
