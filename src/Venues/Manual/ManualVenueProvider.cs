using Rebalancer.Domain.Common.Input;

namespace Rebalancer.Venues.Manual;

/// <summary>Opens accounts whose venue is <c>manual</c>.</summary>
/// <param name="clock">The service's.</param>
public sealed class ManualVenueProvider(TimeProvider clock) : IVenueProvider
{
    public string Name => "manual";

    /// <summary>Reads the file of positions too: a mistake there is found before the service starts, not while it runs.</summary>
    public void Check(VenueAccount account, InputErrors errors)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(errors);
        if (account.Venue != Name)
        {
            errors.Add(account.Line, account.Path + ".venue", $"\"{account.Venue}\" names a variant, which manual has not", "write \"manual\"");
        }

        var own = new InputErrors();
        var options = ManualAccountOptions.Read(account, own);
        foreach (var error in own.InFileOrder)
        {
            errors.Add(error.Line, error.Field, error.Problem, error.Remedy);
        }

        if (own.Any)
        {
            return;
        }

        try
        {
            PositionFile.Read(File.ReadAllText(options.Positions), options.Positions, options);
        }
        catch (InvalidInputException invalid)
        {
            foreach (var error in invalid.Errors)
            {
                errors.Add(account.Line, $"{account.Path}.options.positions", error.Describe(options.Positions), "the account counts once its file is right");
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add(account.Line, $"{account.Path}.options.positions", unreadable.Message, "put the file there, or correct the name");
        }
    }

    /// <summary>None is traded.</summary>
    public IReadOnlyList<string>? AssetsOf(VenueAccount account) => [];

    public IVenue Open(VenueAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var errors = new InputErrors();
        var options = ManualAccountOptions.Read(account, errors);
        errors.ThrowIfAny(account.Id);
        return new ManualVenue(options, clock);
    }
}
